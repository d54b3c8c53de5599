import { expect, test } from "vitest";

import type { GoldenQuestion, GoldenRun } from "../api/shapes";
import { effectOf, judgedRun } from "./refusal-effect";

const question = (id: string, unanswerable = false): GoldenQuestion => ({
  id,
  knowledge_base_id: "kb",
  question: `Question ${id}?`,
  filename: unanswerable ? null : "leave.md",
  phrase: null,
  unanswerable,
  rank: null,
  created_at: "2026-11-22T09:00:00Z",
});

const QUESTIONS = [question("sure"), question("unsure"), question("never", true), question("new")];
const CHANCES = { sure: 0.9, unsure: 0.4, never: 0.45 };

test("a threshold parts the questions, and each side has its mistakes", () => {
  expect(effectOf(0.5, QUESTIONS, CHANCES)).toEqual({
    answerable: 2,
    unanswerable: 1,
    wronglyRefused: ["Question unsure?"],
    wronglyAnswered: [],
  });
  expect(effectOf(0.42, QUESTIONS, CHANCES).wronglyAnswered).toEqual(["Question never?"]);
});

test("a chance on the threshold is answered, as the server does", () => {
  expect(effectOf(0.4, QUESTIONS, CHANCES).wronglyRefused).toEqual([]);
});

test("the newest run that measured it counts", () => {
  const run = (id: string, judged: boolean) => ({ id, refusals: judged ? { chances: CHANCES } : null }) as unknown as GoldenRun;
  expect(judgedRun([run("plain", false), run("judged", true), run("older", true)])?.id).toBe("judged");
  expect(judgedRun([run("plain", false)])).toBeNull();
});
