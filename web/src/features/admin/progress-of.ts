/** How far a document is, told from its own state and its newest job. */
import type { Reason } from "@/api/errors";

import type { AdminDocument, DocumentState, Job } from "./api/shapes";

export type Stage = "stored" | "parsing" | "embedding" | "searchable" | "failed";

export interface Progress {
  stage: Stage;
  /** Pages or passages done, of `total`; both 0 when nobody counts. */
  done: number;
  total: number;
  /** The sentence that says why, when failed. */
  error: string | null;
  /** Its code, where it has one. */
  code: Reason | null;
}

const WORKING: readonly DocumentState[] = ["stored", "parsing", "embedding"];

export function isWorking(document: Pick<AdminDocument, "state">): boolean {
  return WORKING.includes(document.state);
}

export function isActive(job: Pick<Job, "state">): boolean {
  return job.state === "queued" || job.state === "running";
}

/** The newest job of each document. `jobs` come newest first, and a retry is a newer job of the same document. */
export function newestByDocument(jobs: readonly Job[]): ReadonlyMap<string, Job> {
  const newest = new Map<string, Job>();
  for (const job of jobs) {
    if (job.document_id !== null && !newest.has(job.document_id)) newest.set(job.document_id, job);
  }
  return newest;
}

function stageOf(text: string): Stage {
  return text === "parsing" || text === "embedding" ? text : "stored";
}

/** As the job tells it, which is where counts are. */
export function progressOfJob(job: Job): Progress {
  if (job.state === "done") return { stage: "searchable", done: 0, total: 0, error: null, code: null };
  if (job.state === "failed") return { stage: "failed", done: 0, total: 0, error: job.error, code: job.error_code };
  return { stage: job.state === "running" ? stageOf(job.stage) : "stored", done: job.done, total: job.total, error: null, code: null };
}

/** As the document tells it; its job adds the counts while both speak of the same stage. */
export function progressOfDocument(document: Pick<AdminDocument, "state" | "error" | "error_code">, job: Job | undefined): Progress {
  if (document.state === "failed") {
    const { error, error_code: code } = document.error === null && job ? job : document;
    return { stage: "failed", done: 0, total: 0, error, code };
  }
  if (!isWorking(document)) return { stage: "searchable", done: 0, total: 0, error: null, code: null };
  if (job && isActive(job)) return progressOfJob(job);
  return { stage: stageOf(document.state), done: 0, total: 0, error: null, code: null };
}

/** 0 to 1 of this stage; null when nobody counts. */
export function shareOf({ done, total }: Pick<Progress, "done" | "total">): number | null {
  return total > 0 ? Math.min(1, done / total) : null;
}
