import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

/** What documents can be filtered by; null: of all knowledge bases that one may read. */
export const facetsQuery = (knowledgeBaseIds: readonly string[] | null) =>
  queryOptions({
    queryKey: ["filters", knowledgeBaseIds],
    queryFn: async ({ signal }) =>
      dataOf(
        await api.GET("/api/v1/filters", {
          params: { query: knowledgeBaseIds ? { knowledge_base_id: [...knowledgeBaseIds] } : {} },
          signal,
        }),
      ),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
