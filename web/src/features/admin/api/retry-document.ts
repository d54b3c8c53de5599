import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

export function useRetryDocument(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (document_id: string) =>
      dataOf(await api.POST("/api/v1/admin/documents/{document_id}/retry", { params: { path: { document_id } } })),
    onSuccess: (_job, id) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.documentsOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: keys.document(id) }),
        queries.invalidateQueries({ queryKey: keys.knowledgeBases }),
        queries.invalidateQueries({ queryKey: keys.jobs }),
      ]),
  });
}
