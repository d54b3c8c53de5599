/** What is done to the tags of some documents, before it is sent. */
import type { AdminDocument } from "../api/shapes";

export interface Shared {
  readonly tag: string;
  /** How many of the documents have it. */
  readonly count: number;
}

/** All tags of the documents, by name, with how many have each. */
export function sharedTags(documents: readonly Pick<AdminDocument, "tags">[]): Shared[] {
  const counts = new Map<string, number>();
  for (const tag of documents.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].map(([tag, count]) => ({ tag, count })).sort((one, other) => one.tag.localeCompare(other.tag));
}

/** Tags as they are typed: with commas between them, each once. */
export function typedTags(text: string): string[] {
  const tags = text.split(/[,，、]/).map((tag) => tag.trim().replace(/\s+/g, " "));
  return [...new Set(tags.filter((tag) => tag !== ""))];
}
