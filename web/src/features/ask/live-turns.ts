/** The turns being answered now. They outlive the page they were asked on: leaving it does not stop them. */
import { ApiError, offline } from "@/api/errors";
import type { AskIn } from "@/api/types";

import type { AnswerEvent } from "./api/answer-stream";
import { advance, begin, isWorking, type LiveTurn } from "./live-turn";

interface Doors {
  stream: (request: AskIn, signal: AbortSignal) => AsyncIterable<AnswerEvent>;
  stop: (turnId: string) => Promise<void>;
  now: () => number;
  /** Told after every event that changes what the server has stored. */
  onStored: (turn: LiveTurn) => void;
}

export class LiveTurns {
  private readonly turns = new Map<string, LiveTurn>();
  private readonly aborts = new Map<string, AbortController>();
  private readonly listeners = new Set<() => void>();
  private asked = 0;

  constructor(private readonly doors: Doors) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  byKey(key: string | null): LiveTurn | null {
    return key === null ? null : (this.turns.get(key) ?? null);
  }

  /** The newest of a conversation, finished or not. */
  ofConversation(conversationId: string): LiveTurn | null {
    return [...this.turns.values()].filter((turn) => turn.conversationId === conversationId).at(-1) ?? null;
  }

  /** Starts asking; returns the key by which the turn is found. */
  ask(request: AskIn, filtered = false): string {
    this.asked += 1;
    const key = `asked-${this.asked}`;
    const abort = new AbortController();
    this.aborts.set(key, abort);
    this.put(begin(key, request.question, request.conversation_id ?? null, this.doors.now(), filtered));
    void this.follow(key, request, abort.signal);
    return key;
  }

  /** Asks the server to stop; what was checked by then is kept. Before the server knows the turn, it is simply dropped. */
  async stop(key: string): Promise<void> {
    const turn = this.turns.get(key);
    if (!turn || !isWorking(turn) || turn.stopping) return;
    if (turn.turnId === null) {
      this.drop(key);
      return;
    }
    this.put({ ...turn, stopping: true });
    try {
      await this.doors.stop(turn.turnId);
    } catch (error) {
      const current = this.turns.get(key);
      if (current) this.put({ ...current, stopping: false });
      throw error;
    }
  }

  drop(key: string): void {
    this.aborts.get(key)?.abort();
    this.aborts.delete(key);
    this.turns.delete(key);
    this.tell();
  }

  private async follow(key: string, request: AskIn, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of this.doors.stream(request, signal)) {
        const turn = this.turns.get(key);
        if (!turn) return;
        const next = advance(turn, event, this.doors.now());
        this.put(next);
        if (event.type === "started" || event.type === "finished" || event.type === "failed") this.doors.onStored(next);
      }
      const last = this.turns.get(key);
      if (last && isWorking(last)) this.fail(last, offline());
    } catch (error) {
      const turn = this.turns.get(key);
      if (turn && !signal.aborted) this.fail(turn, error instanceof ApiError ? error : offline());
    }
  }

  private fail(turn: LiveTurn, failure: ApiError): void {
    const failed = { ...turn, failure };
    this.put(failed);
    if (failed.turnId !== null) this.doors.onStored(failed);
  }

  private put(turn: LiveTurn): void {
    this.turns.set(turn.key, turn);
    this.tell();
  }

  private tell(): void {
    this.listeners.forEach((listener) => listener());
  }
}
