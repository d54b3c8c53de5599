import { expect, test } from "vitest";

import type { Block, Box } from "@/api/types";

import { boxesToMark } from "./page-boxes";

const box = (page: number, top: number, start: number, end: number): Box => ({ page, left: 50, top, right: 300, bottom: top + 9, start, end });

const blocks = [
  { ordinal: 0, text: "Everyone has 25 days of leave.", boxes: [box(1, 100, 0, 20), box(1, 110, 21, 30)] },
  { ordinal: 1, text: "It ends in March.", boxes: [box(2, 50, 0, 17)] },
].map((block): Block => ({ kind: "paragraph", level: 0, headings: [], page: 1, sheet: null, cells: null, ...block }));

const cited = { first: 0, last: 1, version: 2, boxes: [box(2, 50, 0, 17)] };
const found = new Map([[0, [{ start: 24, end: 29 }]]]);

const places = (marked: ReadonlyMap<number, readonly Box[]>) => [...marked].flatMap(([page, boxes]) => boxes.map(({ top }) => [page, top]));

test("the lines that a citation names are marked while its version is shown", () => {
  expect(places(boxesToMark(blocks, cited, 2, found))).toEqual([[2, 50]]);
});

test("in another version, or without lines, those of the words that were found are", () => {
  expect(places(boxesToMark(blocks, cited, 3, found))).toEqual([[1, 110]]);
  expect(places(boxesToMark(blocks, { ...cited, boxes: [] }, 2, found))).toEqual([[1, 110]]);
});

test("where the words are gone, the blocks in which they stood are", () => {
  expect(places(boxesToMark(blocks, cited, 3, null))).toEqual([
    [1, 100],
    [1, 110],
    [2, 50],
  ]);
});
