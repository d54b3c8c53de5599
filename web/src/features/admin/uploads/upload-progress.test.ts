import { describe, expect, test } from "vitest";

import { ApiError } from "@/api/errors";

import type { Job, Upload } from "../api/shapes";
import { newestByDocument } from "../progress-of";
import { inOrder, isSettled, mayBeRetried, rowOf, tallyOf } from "./upload-progress";
import type { FileUpload } from "./upload-queue";

const AT = "2026-11-22T00:00:00Z";

function jobOf(change: Partial<Job>): Job {
  return {
    id: "j1",
    kind: "ingest",
    knowledge_base_id: "kb",
    document_id: "d1",
    label: "a.pdf",
    state: "queued",
    stage: "stored",
    done: 0,
    total: 0,
    error: null,
    error_code: null,
    created_at: AT,
    updated_at: AT,
    ...change,
  };
}

function acceptedOf(change: Partial<Upload> = {}): Upload {
  const document: Upload["document"] = {
    id: "d1",
    knowledge_base_id: "kb",
    title: "a.pdf",
    filename: "a.pdf",
    media_type: "application/pdf",
    size: 10,
    version_number: 1,
    state: "stored",
    error: null,
    error_code: null,
    pages: null,
    chunks: 0,
    source: null,
        language: null,
        tags: [],
    created_at: AT,
    updated_at: AT,
  };
  return { document, job: jobOf({}), unchanged: false, ...change };
}

function uploadOf(change: Partial<FileUpload>): FileUpload {
  return { id: 1, knowledgeBaseId: "kb", name: "a.pdf", size: 10, phase: "waiting", share: 0, accepted: null, error: null, ...change };
}

const accepted = (change: Partial<Upload> = {}) => uploadOf({ phase: "accepted", share: 1, accepted: acceptedOf(change) });
const nothing = newestByDocument([]);

describe("the row of an upload", () => {
  test("goes from waiting over sending to being checked", () => {
    expect(rowOf(uploadOf({}), nothing).stage).toBe("waiting");
    expect(rowOf(uploadOf({ phase: "sending", share: 0.4 }), nothing).stage).toBe("sending");
    expect(rowOf(uploadOf({ phase: "sending", share: 1 }), nothing).stage).toBe("checking");
  });

  test("shows the stage and the counts of its newest job", () => {
    const newest = newestByDocument([jobOf({ state: "running", stage: "embedding", done: 30, total: 96 })]);
    expect(rowOf(accepted(), newest)).toMatchObject({ stage: "embedding", done: 30, total: 96 });
  });

  test("shows the retry rather than the failure before it", () => {
    const newest = newestByDocument([jobOf({ id: "j2", state: "running", stage: "parsing" }), jobOf({ state: "failed", error: "No text." })]);
    expect(rowOf(accepted(), newest).stage).toBe("parsing");
  });

  test("tells why it failed, in the server's words", () => {
    const row = rowOf(accepted(), newestByDocument([jobOf({ state: "failed", error: "No text." })]));
    expect(row).toMatchObject({ stage: "failed", error: "No text." });
  });

  test("of the same bytes is unchanged, unless they are still being read", () => {
    expect(rowOf(accepted({ unchanged: true, job: null }), nothing).stage).toBe("unchanged");
    const running = jobOf({ state: "running", stage: "parsing" });
    expect(rowOf(accepted({ unchanged: true, job: running }), nothing).stage).toBe("parsing");
  });

  test("is settled when nothing more will happen to it", () => {
    const done = newestByDocument([jobOf({ state: "done" })]);
    expect(isSettled(rowOf(accepted(), done))).toBe(true);
    expect(isSettled(rowOf(accepted(), nothing))).toBe(false);
  });
});

test("trying again is offered when it can help, not for a file that would be refused again", () => {
  const refused = (code: string) => rowOf(uploadOf({ phase: "refused", error: new ApiError(0, code, "", null) }), nothing);
  expect(mayBeRetried(refused("offline"))).toBe(true);
  expect(mayBeRetried(refused("unsupported"))).toBe(false);
  expect(mayBeRetried(refused("too_large"))).toBe(false);
  expect(mayBeRetried(rowOf(accepted(), newestByDocument([jobOf({ state: "failed" })])))).toBe(true);
});

test("rows that need a person come first, then what moves, then what waits, then what is done", () => {
  const rows = [
    { ...rowOf(uploadOf({ id: 1 }), nothing) },
    { ...rowOf(uploadOf({ id: 2, phase: "sending", share: 0.5 }), nothing) },
    { ...rowOf({ ...accepted({ unchanged: true, job: null }), id: 3 }, nothing) },
    { ...rowOf(uploadOf({ id: 4, phase: "refused" }), nothing) },
  ];
  expect(inOrder(rows).map(({ upload }) => upload.id)).toEqual([4, 2, 1, 3]);
  expect(tallyOf(rows)).toEqual({ total: 4, settled: 2, failed: 1, unchanged: 1 });
});
