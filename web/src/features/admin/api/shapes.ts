/** The wire's shapes that only administrators meet. */
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type AdminKnowledgeBase = Schemas["KnowledgeBaseAdminOut"];
export type KnowledgeBaseIn = Schemas["KnowledgeBaseIn"];
export type KnowledgeBasePatch = Schemas["KnowledgeBasePatchIn"];
export type AdminDocument = Schemas["DocumentOut"];
export type DocumentDetail = Schemas["DocumentDetailOut"];
export type DocumentState = AdminDocument["state"];
export type TagsChange = Schemas["TagsIn"];
export type Upload = Schemas["UploadOut"];
export type Chunk = Schemas["ChunkOut"];
export type Source = Schemas["SourceOut"];
export type SourceRun = Schemas["SourceRunOut"];
export type SourceIn = Schemas["SourceIn"];
export type SourcePatch = Schemas["SourcePatchIn"];
export type RunReport = Schemas["RunReportOut"];
export type Snapshot = Schemas["SnapshotOut"];
export type Diff = Schemas["DiffOut"];
export type GoldenQuestion = Schemas["GoldenQuestionOut"];
export type GoldenQuestionIn = Schemas["GoldenQuestionIn"];
export type GoldenRun = Schemas["GoldenRunOut"];
export type GoldenRunDetail = Schemas["GoldenRunDetailOut"];
export type Complaint = Schemas["ComplaintOut"];
export type UnansweredGroup = Schemas["UnansweredGroupOut"];
export type Explained = Schemas["ExplainOut"];
export type SearchTrace = Schemas["SearchTraceOut"];
export type TracedPassage = Schemas["TracedPassageOut"];
export type Alert = Schemas["AlertOut"];
export type Job = Schemas["JobOut"];
export type User = Schemas["UserOut"];
export type UserIn = Schemas["UserIn"];
export type UserPatch = Schemas["UserPatchIn"];
export type Group = Schemas["GroupOut"];
export type AuditEntry = Schemas["AuditEntryOut"];
export type Passage = Schemas["PassageOut"];
