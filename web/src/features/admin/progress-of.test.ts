import { describe, expect, test } from "vitest";

import type { Job } from "./api/shapes";
import { newestByDocument, progressOfDocument, shareOf } from "./progress-of";

const AT = "2026-11-22T00:00:00Z";
const job = (change: Partial<Job>): Job => ({
  id: "j1",
  kind: "ingest",
  knowledge_base_id: "kb",
  document_id: "d1",
  label: "a.pdf",
  state: "running",
  stage: "parsing",
  done: 12,
  total: 80,
  error: null,
  error_code: null,
  created_at: AT,
  updated_at: AT,
  ...change,
});

test("of several jobs of a document the newest counts, and jobs of sources belong to none", () => {
  const newest = newestByDocument([job({ id: "new" }), job({ id: "old" }), job({ id: "sync", document_id: null })]);
  expect([...newest.values()].map(({ id }) => id)).toEqual(["new"]);
});

describe("the progress of a document", () => {
  test("takes its counts from the running job", () => {
    expect(progressOfDocument({ state: "parsing", error: null, error_code: null }, job({}))).toEqual({ stage: "parsing", done: 12, total: 80, error: null, code: null });
  });

  test("is searchable once the document says so, whatever an older answer about its job said", () => {
    expect(progressOfDocument({ state: "searchable", error: null, error_code: null }, job({})).stage).toBe("searchable");
  });

  test("keeps its own state without a job", () => {
    expect(progressOfDocument({ state: "embedding", error: null, error_code: null }, undefined).stage).toBe("embedding");
  });

  test("says why it failed", () => {
    const damaged = { error: "a.pdf is damaged.", error_code: "damaged" } as const;
    const told = { stage: "failed", error: "a.pdf is damaged.", code: "damaged" };
    expect(progressOfDocument({ state: "failed", ...damaged }, undefined)).toMatchObject(told);
    expect(progressOfDocument({ state: "failed", error: null, error_code: null }, job(damaged))).toMatchObject(told);
  });
});

test("a share is only told when something is counted", () => {
  expect(shareOf({ done: 0, total: 0 })).toBeNull();
  expect(shareOf({ done: 20, total: 80 })).toBe(0.25);
  expect(shareOf({ done: 81, total: 80 })).toBe(1);
});
