import { expect, test } from "vitest";

import { ApiError } from "@/api/errors";
import type { Attachment } from "@/api/types";

import { draftsAfter, isWaiting, readingIds, readyIds, stateOf, type FileDraft, type FileStep } from "./file-drafts";

const sent = (id: string, state: Attachment["state"]): Attachment => ({
  id,
  conversation_id: null,
  turn_id: null,
  filename: `${id}.pdf`,
  media_type: "application/pdf",
  size: 1,
  state,
  done: 0,
  total: 0,
  error: null,
  error_code: null,
  pages: null,
  created_at: "2026-11-22T09:00:00Z",
});

const after = (...steps: FileStep[]) => steps.reduce(draftsAfter, [] as readonly FileDraft[]);

test("a file is sent, read, and then asked with", () => {
  const added = after({ type: "added", key: "1", name: "a.pdf" });
  expect(added.map(stateOf)).toEqual(["sending"]);
  const reading = draftsAfter(added, { type: "sent", key: "1", sent: sent("a", "reading") });
  expect([isWaiting(reading), readingIds(reading), readyIds(reading)]).toEqual([true, ["a"], []]);
  const ready = draftsAfter(reading, { type: "seen", sent: sent("a", "ready") });
  expect([isWaiting(ready), readingIds(ready), readyIds(ready)]).toEqual([false, [], ["a"]]);
  expect(draftsAfter(ready, { type: "asked" })).toEqual([]);
});

test("what was refused or could not be read holds nothing up, and nothing is asked with it", () => {
  const drafts = after(
    { type: "added", key: "1", name: "a.exe" },
    { type: "refused", key: "1", refusal: new ApiError(415, "unsupported", "No.", null) },
    { type: "added", key: "2", name: "b.pdf" },
    { type: "sent", key: "2", sent: sent("b", "failed") },
  );
  expect(drafts.map(stateOf)).toEqual(["failed", "failed"]);
  expect([isWaiting(drafts), readyIds(drafts)]).toEqual([false, []]);
});
