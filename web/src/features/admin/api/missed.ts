import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

const at = (knowledgeBaseId: string) => ({ params: { path: { knowledge_base_id: knowledgeBaseId } } });

export const complaintsQuery = (knowledgeBaseId: string) =>
  queryOptions({
    queryKey: keys.complaintsOf(knowledgeBaseId),
    queryFn: async ({ signal }) =>
      dataOf(await api.GET("/api/v1/admin/knowledge-bases/{knowledge_base_id}/complaints", { ...at(knowledgeBaseId), signal })),
  });

export const unansweredQuery = (knowledgeBaseId: string) =>
  queryOptions({
    queryKey: [...keys.unanswered, knowledgeBaseId],
    queryFn: async ({ signal }) =>
      dataOf(await api.GET("/api/v1/admin/knowledge-bases/{knowledge_base_id}/unanswered", { ...at(knowledgeBaseId), signal })),
  });

export function useGroupUnanswered() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.POST("/api/v1/admin/unanswered"),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.unanswered }),
  });
}

export function useDismissUnanswered() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (group_id: string) => api.POST("/api/v1/admin/unanswered/{group_id}/dismiss", { params: { path: { group_id } } }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.unanswered }),
  });
}

/** Documents of a knowledge base that a question finds, the best first, each once. */
export const documentsFoundQuery = (knowledgeBaseId: string, question: string) =>
  queryOptions({
    queryKey: ["admin", "documents-found", knowledgeBaseId, question],
    queryFn: async ({ signal }) => {
      const body = { question, knowledge_base_ids: [knowledgeBaseId], limit: 30 };
      const { passages } = dataOf(await api.POST("/api/v1/search", { body, signal }));
      return [...new Map(passages.map((passage) => [passage.filename, passage])).values()].map(({ filename, document_title }) => ({
        filename,
        title: document_title,
      }));
    },
    enabled: question !== "",
    staleTime: 60_000,
  });
