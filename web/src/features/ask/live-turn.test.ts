import { expect, test } from "vitest";

import type { AnswerEvent } from "./api/answer-stream";
import { advance, begin, isWorking, reasoningSeconds } from "./live-turn";
import { answer, citation, sentence } from "@/tests/answers";

function after(...events: [AnswerEvent, number][]) {
  return events.reduce((turn, [event, now]) => advance(turn, event, now), begin("k", "Why?", null, 0));
}

test("a turn learns its ids when the server has started it", () => {
  const turn = after([{ type: "started", data: { conversation_id: "c", turn_id: "t", title: "Why" } }, 1]);
  expect(turn).toMatchObject({ conversationId: "c", turnId: "t", title: "Why" });
  expect(isWorking(turn)).toBe(true);
});

test("pieces of reasoning are joined and timed until the writing begins", () => {
  const turn = after(
    [{ type: "reasoning", data: { text: "First " } }, 1000],
    [{ type: "reasoning", data: { text: "second." } }, 3000],
    [{ type: "stage", data: { stage: "writing" } }, 13_000],
    [{ type: "sentence", data: { sentence: sentence("So."), citations: [] } }, 20_000],
  );
  expect(turn.reasoning).toBe("First second.");
  expect(reasoningSeconds(turn, 99_000)).toBe(12);
});

test("reasoning that goes on is timed until now", () => {
  expect(reasoningSeconds(after([{ type: "reasoning", data: { text: "a" } }, 1000]), 5000)).toBe(4);
});

test("a turn without reasoning has no time of it", () => {
  expect(reasoningSeconds(begin("k", "Why?", null, 0), 5000)).toBeNull();
});

test("sentences bring the citations that they are the first to cite", () => {
  const turn = after(
    [{ type: "sentence", data: { sentence: sentence("One.", { citations: [1] }), citations: [citation(1)] } }, 1],
    [{ type: "sentence", data: { sentence: sentence("Two.", { citations: [1, 2] }), citations: [citation(2)] } }, 2],
  );
  expect(turn.sentences.map(({ text }) => text)).toEqual(["One.", "Two."]);
  expect(turn.citations.map(({ number }) => number)).toEqual([1, 2]);
});

test("the finished answer ends the work", () => {
  const turn = after([{ type: "finished", data: { turn_id: "t", answer: answer() } }, 1]);
  expect(turn.answer).toEqual(answer());
  expect(isWorking(turn)).toBe(false);
});

test("a failure keeps its sentence and its id", () => {
  const turn = after([{ type: "failed", data: { code: "unavailable", message: "It is gone.", request_id: "r1" } }, 1]);
  expect(turn.failure).toMatchObject({ code: "unavailable", message: "It is gone.", requestId: "r1" });
  expect(isWorking(turn)).toBe(false);
});
