import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";
import type { GoldenQuestionIn } from "./shapes";

const at = (knowledgeBaseId: string) => ({ params: { path: { knowledge_base_id: knowledgeBaseId } } });

export const goldenQuestionsQuery = (knowledgeBaseId: string) =>
  queryOptions({
    queryKey: [...keys.goldenOf(knowledgeBaseId), "questions"],
    queryFn: async ({ signal }) =>
      dataOf(await api.GET("/api/v1/admin/knowledge-bases/{knowledge_base_id}/golden-questions", { ...at(knowledgeBaseId), signal })),
  });

export const goldenRunsQuery = (knowledgeBaseId: string) =>
  queryOptions({
    queryKey: [...keys.goldenOf(knowledgeBaseId), "runs"],
    queryFn: async ({ signal }) =>
      dataOf(await api.GET("/api/v1/admin/knowledge-bases/{knowledge_base_id}/golden-runs", { ...at(knowledgeBaseId), signal })),
  });

export function useAddGoldenQuestion(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: GoldenQuestionIn) =>
      dataOf(await api.POST("/api/v1/admin/knowledge-bases/{knowledge_base_id}/golden-questions", { ...at(knowledgeBaseId), body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.goldenOf(knowledgeBaseId) }),
  });
}

export function useRemoveGoldenQuestion(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (question_id: string) => api.DELETE("/api/v1/admin/golden-questions/{question_id}", { params: { path: { question_id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.goldenOf(knowledgeBaseId) }),
  });
}

export function useRunGoldenQuestions(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => dataOf(await api.POST("/api/v1/admin/knowledge-bases/{knowledge_base_id}/golden-runs", at(knowledgeBaseId))),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.goldenOf(knowledgeBaseId) }),
  });
}
