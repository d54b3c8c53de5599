/** What a row of the list of uploads says, and which rows come first. */
import type { Job } from "../api/shapes";
import { progressOfJob, type Progress } from "../progress-of";
import type { FileUpload } from "./upload-queue";

export type UploadStage = "waiting" | "sending" | "checking" | "refused" | "unchanged" | Progress["stage"];

export interface UploadRow {
  upload: FileUpload;
  stage: UploadStage;
  done: number;
  total: number;
  error: string | null;
  code: Progress["code"];
}

const ORDER: Record<UploadStage, number> = {
  refused: 0,
  failed: 0,
  sending: 1,
  checking: 1,
  parsing: 1,
  embedding: 1,
  stored: 2,
  waiting: 3,
  unchanged: 4,
  searchable: 4,
};

/** `newest` is the newest job of each document, as far as it has been asked for. */
export function rowOf(upload: FileUpload, newest: ReadonlyMap<string, Job>): UploadRow {
  const still = { upload, done: 0, total: 0, error: null, code: null };
  if (upload.phase === "waiting") return { ...still, stage: "waiting" };
  if (upload.phase === "sending") return { ...still, stage: upload.share < 1 ? "sending" : "checking" };
  if (upload.phase === "refused" || !upload.accepted) return { ...still, stage: "refused", error: upload.error?.message ?? null, code: upload.error?.reason ?? null };
  const { accepted } = upload;
  const job = newest.get(accepted.document.id) ?? accepted.job;
  if (accepted.unchanged && (!job || job.state === "done")) return { ...still, stage: "unchanged" };
  if (!job) return { ...still, stage: "searchable" };
  return { upload, ...progressOfJob(job) };
}

// The same file would be refused again for these.
const FINAL: readonly string[] = ["unsupported", "too_large", "invalid", "forbidden", "not_found"];

/** Whether trying again can help. */
export function mayBeRetried({ upload, stage }: UploadRow): boolean {
  return stage === "failed" || (stage === "refused" && upload.error !== null && !FINAL.includes(upload.error.code));
}

/** Whether nothing more will happen to it by itself. */
export function isSettled({ stage }: UploadRow): boolean {
  return stage === "refused" || stage === "failed" || stage === "unchanged" || stage === "searchable";
}

/** What needs a person first, then what moves, what waits, and what is done; in each the order of adding. */
export function inOrder(rows: readonly UploadRow[]): UploadRow[] {
  return [...rows].sort((one, other) => ORDER[one.stage] - ORDER[other.stage] || one.upload.id - other.upload.id);
}

export interface Tally {
  total: number;
  settled: number;
  failed: number;
  unchanged: number;
}

export function tallyOf(rows: readonly UploadRow[]): Tally {
  const count = (...stages: UploadStage[]) => rows.filter(({ stage }) => stages.includes(stage)).length;
  return {
    total: rows.length,
    settled: rows.filter(isSettled).length,
    failed: count("refused", "failed"),
    unchanged: count("unchanged"),
  };
}
