import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

/** A replay asks models, so it happens once for its address and not again by itself. */
export const explainedQuery = (question: string, knowledgeBaseId: string | null, conversationId: string | null) =>
  queryOptions({
    queryKey: [...keys.explained, question, knowledgeBaseId, conversationId],
    queryFn: async ({ signal }) =>
      dataOf(
        await api.POST("/api/v1/admin/explain", {
          body: {
            question,
            knowledge_base_ids: knowledgeBaseId === null ? null : [knowledgeBaseId],
            conversation_id: conversationId,
          },
          signal,
        }),
      ),
    enabled: question !== "",
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
