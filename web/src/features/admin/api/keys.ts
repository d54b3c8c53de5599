/** Where administrators' data lies in the query cache. A shorter key covers all that begin with it. */
export const keys = {
  knowledgeBases: ["admin", "knowledge-bases"],
  documentsOf: (knowledgeBaseId: string) => ["admin", "documents", knowledgeBaseId],
  tagsOf: (knowledgeBaseId: string) => ["admin", "tags", knowledgeBaseId],
  document: (documentId: string) => ["admin", "document", documentId],
  sourcesOf: (knowledgeBaseId: string) => ["admin", "sources", knowledgeBaseId],
  runsOf: (sourceId: string) => ["admin", "runs", sourceId],
  report: (runId: string) => ["admin", "report", runId],
  snapshotsOf: (knowledgeBaseId: string) => ["admin", "snapshots", knowledgeBaseId],
  diff: (snapshotId: string) => ["admin", "diff", snapshotId],
  goldenOf: (knowledgeBaseId: string) => ["admin", "golden", knowledgeBaseId],
  explained: ["admin", "explained"],
  goldenRun: (runId: string) => ["admin", "golden-run", runId],
  complaintsOf: (knowledgeBaseId: string) => ["admin", "complaints", knowledgeBaseId],
  unanswered: ["admin", "unanswered"],
  jobs: ["admin", "jobs"],
  alerts: ["admin", "alerts"],
  users: ["admin", "users"],
  groups: ["admin", "groups"],
  audit: ["admin", "audit"],
} as const;

/** What readers see of the knowledge bases: the Ask page's list. */
export const READABLE = ["knowledge-bases"] as const;
