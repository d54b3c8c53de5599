/** The wire's shapes by their names in the schema. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["MeOut"];
export type ApiKey = Schemas["ApiKeyOut"];
export type ApiKeyCreated = Schemas["ApiKeyCreatedOut"];
export type Status = Schemas["StatusOut"];
export type ModelStatus = Schemas["ModelStatusOut"];
export type KnowledgeBase = Schemas["KnowledgeBaseOut"];
export type Conversation = Schemas["ConversationOut"];
export type ConversationDetail = Schemas["ConversationDetailOut"];
export type Turn = Schemas["TurnOut"];
export type Answer = Schemas["AnswerOut"];
export type Sentence = Schemas["SentenceOut"];
export type Citation = Schemas["CitationOut"];
export type Confidence = Schemas["ConfidenceOut"];
export type Context = Schemas["ContextOut"];
export type FeedbackReason = NonNullable<Schemas["FeedbackIn"]["reason"]>;
export type Attachment = Schemas["AttachmentOut"];
export type DocumentText = Schemas["DocumentTextOut"];
export type Block = Schemas["BlockOut"];
export type Box = Schemas["BoxOut"];
export type PageSize = Schemas["PageSizeOut"];
export type AskIn = Schemas["AskIn"];
export type FiltersIn = Schemas["FiltersIn"];
export type Facets = Schemas["FacetsOut"];

export type StartedEvent = Schemas["StartedEvent"];
export type StageEvent = Schemas["StageEvent"];
export type ReasoningEvent = Schemas["ReasoningEvent"];
export type SentenceEvent = Schemas["SentenceEvent"];
export type FinishedEvent = Schemas["FinishedEvent"];
export type FailedEvent = Schemas["FailedEvent"];
