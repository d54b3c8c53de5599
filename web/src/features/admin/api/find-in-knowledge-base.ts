import { useMutation } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

export const PASSAGES_ASKED = 50;

/** The first passages that a question finds in one knowledge base, best first. */
export function useFind(knowledgeBaseId: string) {
  return useMutation({
    mutationFn: async (question: string) =>
      dataOf(await api.POST("/api/v1/search", { body: { question, knowledge_base_ids: [knowledgeBaseId], limit: PASSAGES_ASKED } })),
  });
}
