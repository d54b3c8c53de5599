import { expect, test } from "vitest";

import { pointsOf } from "@/components/ui/trend-chart";

import type { GoldenRunDetail, TracedPassage } from "../api/shapes";
import { byStage, moved } from "../why/by-stage";
import { compared } from "./compared";
import { wayText } from "./way";

function run(ranks: Record<string, number | null>): GoldenRunDetail {
  const results = Object.entries(ranks).map(([id, rank]) => ({ question_id: id, question: `${id}?`, filename: null, phrase: null, rank }));
  return { results } as unknown as GoldenRunDetail;
}

test("what got worse comes first, then what got better; a question of one run alone is left out", () => {
  const rows = compared(run({ same: 2, up: null, down: 1, gone: 1 }), run({ same: 2, up: 7, down: null, fresh: 1 }));
  expect(rows.map(({ id, change }) => [id, change])).toEqual([
    ["down", "worse"],
    ["up", "better"],
    ["same", "same"],
  ]);
});

test("a way to rank is told in words, one that is not known by its name", () => {
  const say = (key: string, values: object = {}) => `${key}${JSON.stringify(values)}`;
  expect(wayText("live", say)).toBe("goldenWay.live{}");
  expect(wayText("fused candidates=20", say)).toBe('goldenWay.fused{} · goldenWay.candidates{"count":"20"}');
  expect(wayText("luck", say)).toBe("luck");
});

test("a line breaks where nothing was measured, and stays inside its frame", () => {
  expect(pointsOf([0, null, 0.5, 2], 1)).toEqual([
    { x: 0, y: 100, starts: true },
    { x: 66.67, y: 50, starts: true },
    { x: 100, y: 0, starts: false },
  ]);
  expect(pointsOf([1], 1)).toEqual([{ x: 50, y: 0, starts: true }]);
});

test("passages are ordered by any stage; what it did not see comes last", () => {
  const traced = (final: number, bm25: number | null, fused: number | null) => ({ ranks: { final, bm25, dense: null, fused } }) as TracedPassage;
  const passages = [traced(1, null, 3), traced(2, 2, 1), traced(3, 1, null)];
  expect(byStage(passages, "bm25").map(({ ranks }) => ranks.final)).toEqual([3, 2, 1]);
  expect(byStage(passages, "dense").map(({ ranks }) => ranks.final)).toEqual([1, 2, 3]);
  expect(passages.map(moved)).toEqual([2, -1, 0]);
});
