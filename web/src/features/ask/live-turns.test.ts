import { describe, expect, test, vi } from "vitest";

import { ApiError } from "@/api/errors";
import type { AskIn } from "@/api/types";
import { answer } from "@/tests/answers";

import type { AnswerEvent } from "./api/answer-stream";
import type { LiveTurn } from "./live-turn";
import { LiveTurns } from "./live-turns";

const started: AnswerEvent = { type: "started", data: { conversation_id: "c1", turn_id: "t1", title: "Why" } };
const finished: AnswerEvent = { type: "finished", data: { turn_id: "t1", answer: answer() } };

/** A server whose events the test sends one by one. */
class Server {
  readonly requests: AskIn[] = [];
  readonly stopped: string[] = [];
  readonly stored: LiveTurn[] = [];
  stopError: Error | null = null;
  private waiting: ((result: { event?: AnswerEvent; error?: Error; end?: boolean }) => void) | null = null;
  readonly turns: LiveTurns;

  constructor() {
    this.turns = new LiveTurns({
      stream: (request, signal) => this.stream(request, signal),
      stop: async (turnId) => {
        if (this.stopError) throw this.stopError;
        this.stopped.push(turnId);
      },
      now: () => 0,
      onStored: (turn) => this.stored.push(turn),
    });
  }

  private async *stream(request: AskIn, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    this.requests.push(request);
    for (;;) {
      const next = await new Promise<{ event?: AnswerEvent; error?: Error; end?: boolean }>((resolve, reject) => {
        this.waiting = resolve;
        signal.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")));
      });
      if (next.error) throw next.error;
      if (!next.event) return;
      yield next.event;
    }
  }

  private async give(result: { event?: AnswerEvent; error?: Error; end?: boolean }): Promise<void> {
    await vi.waitFor(() => expect(this.waiting).not.toBeNull());
    const resolve = this.waiting;
    this.waiting = null;
    resolve?.(result);
    await new Promise((done) => setTimeout(done));
  }

  send = (event: AnswerEvent) => this.give({ event });
  breakOff = (error: Error) => this.give({ error });
  end = () => this.give({ end: true });
}

describe("a question", () => {
  test("is found by its key at once and by its conversation once it has started", async () => {
    const server = new Server();
    const key = server.turns.ask({ question: "Why?" });
    expect(server.turns.byKey(key)?.question).toBe("Why?");
    expect(server.turns.ofConversation("c1")).toBeNull();
    await server.send(started);
    expect(server.turns.ofConversation("c1")?.key).toBe(key);
  });

  test("tells its listeners and the cache what came", async () => {
    const server = new Server();
    let told = 0;
    server.turns.subscribe(() => (told += 1));
    server.turns.ask({ question: "Why?" });
    await server.send(started);
    await server.send(finished);
    expect(told).toBe(3);
    expect(server.stored.map((turn) => turn.answer !== null)).toEqual([false, true]);
  });

  test("that the server refuses keeps the reason", async () => {
    const server = new Server();
    const key = server.turns.ask({ question: "Why?" });
    await server.breakOff(new ApiError(429, "overloaded", "Too many questions.", "r1"));
    expect(server.turns.byKey(key)?.failure).toMatchObject({ code: "overloaded", requestId: "r1" });
    expect(server.stored).toEqual([]);
  });

  test("whose stream ends before its answer has failed", async () => {
    const server = new Server();
    const key = server.turns.ask({ question: "Why?" });
    await server.send(started);
    await server.end();
    expect(server.turns.byKey(key)?.failure?.code).toBe("offline");
  });
});

describe("stopping", () => {
  test("asks the server, and keeps reading what it had checked", async () => {
    const server = new Server();
    const key = server.turns.ask({ question: "Why?" });
    await server.send(started);
    await server.turns.stop(key);
    expect(server.stopped).toEqual(["t1"]);
    expect(server.turns.byKey(key)?.stopping).toBe(true);
    await server.send(finished);
    expect(server.turns.byKey(key)?.answer).not.toBeNull();
  });

  test("before the server knows the turn drops it without a failure", async () => {
    const server = new Server();
    const key = server.turns.ask({ question: "Why?" });
    await server.turns.stop(key);
    await new Promise((done) => setTimeout(done));
    expect(server.turns.byKey(key)).toBeNull();
    expect(server.stopped).toEqual([]);
  });

  test("that fails can be tried again", async () => {
    const server = new Server();
    const key = server.turns.ask({ question: "Why?" });
    await server.send(started);
    server.stopError = new ApiError(0, "offline", "", null);
    await expect(server.turns.stop(key)).rejects.toBe(server.stopError);
    expect(server.turns.byKey(key)?.stopping).toBe(false);
  });
});
