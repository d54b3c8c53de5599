import { useState } from "react";

import type { KnowledgeBase } from "@/api/types";

const STORED = "colophon.searchIn";

function storedIds(): readonly string[] {
  const stored: unknown = JSON.parse(sessionStorage.getItem(STORED) ?? "[]");
  return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [];
}

export interface SearchIn {
  /** What a question is asked with; null means all that one may read. */
  readonly ids: string[] | null;
  readonly isOn: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  readonly all: () => void;
}

/** Which knowledge bases are searched, kept while the tab is open. None chosen means all; so does every one. */
export function useSearchIn(readable: readonly KnowledgeBase[]): SearchIn {
  const [stored, setStored] = useState(storedIds);
  const chosen = readable.filter(({ id }) => stored.includes(id)).map(({ id }) => id);
  const choose = (ids: readonly string[]) => {
    sessionStorage.setItem(STORED, JSON.stringify(ids));
    setStored(ids);
  };
  return {
    ids: chosen.length === 0 || chosen.length === readable.length ? null : chosen,
    isOn: (id) => chosen.includes(id),
    toggle: (id) => choose(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]),
    all: () => choose([]),
  };
}
