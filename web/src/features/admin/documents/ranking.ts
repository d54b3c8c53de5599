import type { Passage } from "../api/shapes";

export interface RankedPassage {
  passage: Passage;
  /** From 1, among all passages that were found. */
  rank: number;
}

/** Those of one document, with their rank among all; `passages` come best first. */
export function ranked(passages: readonly Passage[], documentId: string): RankedPassage[] {
  return passages.map((passage, index) => ({ passage, rank: index + 1 })).filter(({ passage }) => passage.document_id === documentId);
}
