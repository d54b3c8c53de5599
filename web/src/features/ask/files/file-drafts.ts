/** Files beside a question that is not asked yet: pure arithmetic over what the server says of them. */
import type { ApiError } from "@/api/errors";
import type { Attachment } from "@/api/types";

export interface FileDraft {
  /** Of this page only; the server's id comes when the file was sent. */
  readonly key: string;
  readonly name: string;
  readonly sent: Attachment | null;
  /** Why the server did not take it. */
  readonly refusal: ApiError | null;
}

export type FileStep =
  | { type: "added"; key: string; name: string }
  | { type: "sent"; key: string; sent: Attachment }
  | { type: "refused"; key: string; refusal: ApiError }
  | { type: "seen"; sent: Attachment }
  | { type: "removed"; key: string }
  | { type: "asked" };

export function draftsAfter(drafts: readonly FileDraft[], step: FileStep): readonly FileDraft[] {
  switch (step.type) {
    case "added":
      return [...drafts, { key: step.key, name: step.name, sent: null, refusal: null }];
    case "sent":
      return drafts.map((draft) => (draft.key === step.key ? { ...draft, sent: step.sent } : draft));
    case "refused":
      return drafts.map((draft) => (draft.key === step.key ? { ...draft, refusal: step.refusal } : draft));
    case "seen":
      return drafts.map((draft) => (draft.sent?.id === step.sent.id ? { ...draft, sent: step.sent } : draft));
    case "removed":
      return drafts.filter(({ key }) => key !== step.key);
    case "asked":
      return [];
  }
}

export type DraftState = "sending" | "reading" | "ready" | "failed";

export function stateOf(draft: FileDraft): DraftState {
  if (draft.refusal) return "failed";
  return draft.sent?.state ?? "sending";
}

/** Ids that a question can be asked with. */
export const readyIds = (drafts: readonly FileDraft[]) => drafts.flatMap((draft) => (draft.sent && stateOf(draft) === "ready" ? [draft.sent.id] : []));

/** Ids whose reading is looked after. */
export const readingIds = (drafts: readonly FileDraft[]) => drafts.flatMap((draft) => (draft.sent && stateOf(draft) === "reading" ? [draft.sent.id] : []));

export const isWaiting = (drafts: readonly FileDraft[]) => drafts.some((draft) => ["sending", "reading"].includes(stateOf(draft)));
