/** POST /answers: the question goes out, checked sentences come in as server-sent events. */
import { createParser } from "eventsource-parser";

import { failure, OWN_PAGE } from "@/api/client";
import { offline } from "@/api/errors";
import type { AskIn, FailedEvent, FinishedEvent, ReasoningEvent, SentenceEvent, StageEvent, StartedEvent } from "@/api/types";

export type AnswerEvent =
  | { type: "started"; data: StartedEvent }
  | { type: "stage"; data: StageEvent }
  | { type: "reasoning"; data: ReasoningEvent }
  | { type: "sentence"; data: SentenceEvent }
  | { type: "finished"; data: FinishedEvent }
  | { type: "failed"; data: FailedEvent };

const TYPES: ReadonlySet<string> = new Set<AnswerEvent["type"]>(["started", "stage", "reasoning", "sentence", "finished", "failed"]);

function isOurs(event: { type: string; data: unknown }): event is AnswerEvent {
  return TYPES.has(event.type);
}

/** The events of a stream in order; unknown ones are left out, so that an older page reads a newer server. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<AnswerEvent> {
  const waiting: AnswerEvent[] = [];
  const parser = createParser({
    onEvent(message) {
      if (!TYPES.has(message.event ?? "")) return;
      const event = { type: message.event ?? "", data: JSON.parse(message.data) as unknown };
      if (isOurs(event)) waiting.push(event);
    },
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* waiting.splice(0);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Asks. Throws an ApiError when the server refuses or cannot be reached. */
export async function* streamAnswer(request: AskIn, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
  let response: Response;
  try {
    response = await fetch("/api/v1/answers", {
      method: "POST",
      credentials: "same-origin",
      headers: { ...OWN_PAGE, "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify(request),
      signal,
    });
  } catch (error) {
    throw error instanceof TypeError ? offline() : error;
  }
  if (!response.ok) throw await failure(response);
  if (!response.body) throw offline();
  try {
    yield* readEvents(response.body);
  } catch (error) {
    throw error instanceof TypeError ? offline() : error;
  }
}
