import { expect, test } from "vitest";

import { sharedTags, typedTags } from "./tag-changes";

test("tags of many documents are counted, by name", () => {
  expect(sharedTags([{ tags: ["HR", "2026"] }, { tags: ["HR"] }, { tags: [] }])).toEqual([
    { tag: "2026", count: 1 },
    { tag: "HR", count: 2 },
  ]);
});

test("tags are typed with commas of either language between them", () => {
  expect(typedTags(" HR,  travel  costs，差旅、HR ,, ")).toEqual(["HR", "travel costs", "差旅"]);
});
