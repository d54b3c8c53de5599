/** What the administration's lists can be filtered and sorted by. */

export const DOCUMENT_STATES = ["searchable", "stored", "parsing", "embedding", "failed"] as const;
export const DOCUMENT_SORTS = ["-updated", "updated", "name", "-name", "size", "-size"] as const;
export const JOB_STATES = ["queued", "running", "done", "failed"] as const;

export type DocumentSort = (typeof DOCUMENT_SORTS)[number];
