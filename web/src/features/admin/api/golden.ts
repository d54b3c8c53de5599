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

export const goldenRunQuery = (runId: string) =>
  queryOptions({
    queryKey: keys.goldenRun(runId),
    queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/admin/golden-runs/{run_id}", { params: { path: { run_id: runId } }, signal })),
  });

/** How passages are ranked; nothing given: as people are answered. */
export interface Way {
  order?: "live" | "keywords" | "meaning" | "fused";
  candidates?: number;
}

export function useRunGoldenQuestions(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (way: Way) =>
      dataOf(
        await api.POST("/api/v1/admin/knowledge-bases/{knowledge_base_id}/golden-runs", {
          params: { path: { knowledge_base_id: knowledgeBaseId }, query: way },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.goldenOf(knowledgeBaseId) }),
  });
}
