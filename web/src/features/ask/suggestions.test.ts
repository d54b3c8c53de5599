import { expect, test } from "vitest";

import type { KnowledgeBase } from "@/api/types";

import { suggestionsOf } from "./suggestions";

const knowledgeBase = (id: string, ...suggested_questions: string[]): KnowledgeBase => ({
  id,
  name: id,
  description: "",
  maintainer: "",
  suggested_questions,
  documents: 1,
  updated_at: "2026-11-02T09:00:00Z",
});

const library = [knowledgeBase("a", "A1?", "A2?", "A3?"), knowledgeBase("b", "年假几天？", "B2?"), knowledgeBase("c")];

test("each knowledge base suggests in turn", () => {
  expect(suggestionsOf(library, 3, "en")).toEqual(["A1?", "A2?", "B2?"]);
});

test("questions in the reader's language come first", () => {
  expect(suggestionsOf(library, 2, "zh-CN")).toEqual(["年假几天？", "A1?"]);
});

test("a question that two of them suggest is shown once", () => {
  expect(suggestionsOf([knowledgeBase("a", "Same?"), knowledgeBase("b", "Same?")], 6, "en")).toEqual(["Same?"]);
});
