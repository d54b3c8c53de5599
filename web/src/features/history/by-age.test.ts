import { expect, test } from "vitest";

import type { Conversation } from "@/api/types";

import { byAge } from "./by-age";

const thursday = new Date(2026, 10, 19, 15, 0);

function conversation(id: string, updated: Date, pinned = false): Conversation {
  return { id, title: id, pinned, created_at: updated.toISOString(), updated_at: updated.toISOString() };
}

test("conversations are grouped by local days and weeks, pinned ones first", () => {
  const groups = byAge(
    [
      conversation("this morning", new Date(2026, 10, 19, 0, 1)),
      conversation("yesterday", new Date(2026, 10, 18, 23, 59)),
      conversation("monday", new Date(2026, 10, 16, 0, 0)),
      conversation("sunday", new Date(2026, 10, 15, 23, 59)),
      conversation("kept", new Date(2026, 0, 1), true),
    ],
    thursday,
  );
  expect(groups.map(({ age, conversations }) => [age, conversations.map(({ id }) => id)])).toEqual([
    ["pinned", ["kept"]],
    ["today", ["this morning"]],
    ["week", ["yesterday", "monday"]],
    ["earlier", ["sunday"]],
  ]);
});

test("a group without conversations is not listed", () => {
  expect(byAge([], thursday)).toEqual([]);
});
