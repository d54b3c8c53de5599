import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import type { DocumentSort } from "../filters";
import { WORKING_MS } from "../polling";
import { isWorking } from "../progress-of";
import { keys } from "./keys";
import type { DocumentState } from "./shapes";

export interface DocumentFilter {
  q: string;
  state: DocumentState | null;
  tag: string | null;
  sort: DocumentSort;
  offset: number;
}

export const DOCUMENTS_SHOWN = 50;

/** A page of the table; asks again and again while anything on it, or beyond it, is on its way. */
export function documentsQuery(knowledgeBaseId: string, filter: DocumentFilter, busy: boolean) {
  const { state, tag, ...rest } = filter;
  return queryOptions({
    queryKey: [...keys.documentsOf(knowledgeBaseId), filter],
    queryFn: async ({ signal }) =>
      dataOf(
        await api.GET("/api/v1/admin/knowledge-bases/{knowledge_base_id}/documents", {
          params: { path: { knowledge_base_id: knowledgeBaseId }, query: { ...rest, ...(state && { state }), ...(tag && { tag }), limit: DOCUMENTS_SHOWN } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (busy || query.state.data?.items.some(isWorking) ? WORKING_MS : false),
  });
}
