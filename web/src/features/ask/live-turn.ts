/** A turn while its answer is on the way: pure arithmetic over the stream's events. */
import { ApiError } from "@/api/errors";
import type { Answer, Citation, Sentence, StageEvent } from "@/api/types";

import type { AnswerEvent } from "./api/answer-stream";

export interface LiveTurn {
  /** Of this page only; the server's ids come with `started`. */
  readonly key: string;
  readonly conversationId: string | null;
  readonly turnId: string | null;
  readonly title: string;
  readonly question: string;
  /** Only documents that fit filters were asked for. */
  readonly filtered: boolean;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly stage: StageEvent | null;
  readonly reasoning: string;
  readonly reasoningFrom: number | null;
  readonly reasoningTo: number | null;
  readonly sentences: readonly Sentence[];
  readonly citations: readonly Citation[];
  readonly stopping: boolean;
  readonly answer: Answer | null;
  readonly failure: ApiError | null;
}

export function begin(key: string, question: string, conversationId: string | null, now: number, filtered = false): LiveTurn {
  return {
    key,
    conversationId,
    turnId: null,
    title: question,
    question,
    filtered,
    askedAt: now,
    stage: null,
    reasoning: "",
    reasoningFrom: null,
    reasoningTo: null,
    sentences: [],
    citations: [],
    stopping: false,
    answer: null,
    failure: null,
  };
}

export function isWorking(turn: LiveTurn): boolean {
  return turn.answer === null && turn.failure === null;
}

/** How long the model reasoned, in seconds; null when it did not. */
export function reasoningSeconds(turn: LiveTurn, now: number): number | null {
  return turn.reasoningFrom === null ? null : ((turn.reasoningTo ?? now) - turn.reasoningFrom) / 1000;
}

function endReasoning(turn: LiveTurn, now: number): LiveTurn {
  return turn.reasoningFrom !== null && turn.reasoningTo === null ? { ...turn, reasoningTo: now } : turn;
}

export function advance(turn: LiveTurn, event: AnswerEvent, now: number): LiveTurn {
  switch (event.type) {
    case "started":
      return { ...turn, conversationId: event.data.conversation_id, turnId: event.data.turn_id, title: event.data.title };
    case "stage":
      return { ...(event.data.stage === "writing" ? endReasoning(turn, now) : turn), stage: event.data };
    case "reasoning":
      return { ...turn, reasoning: turn.reasoning + event.data.text, reasoningFrom: turn.reasoningFrom ?? now };
    case "sentence":
      return {
        ...endReasoning(turn, now),
        sentences: [...turn.sentences, event.data.sentence],
        citations: [...turn.citations, ...event.data.citations],
      };
    case "finished":
      return { ...endReasoning(turn, now), turnId: event.data.turn_id, answer: event.data.answer };
    case "failed": {
      const { code, message, request_id } = event.data;
      return { ...endReasoning(turn, now), failure: new ApiError(200, code, message, request_id) };
    }
  }
}
