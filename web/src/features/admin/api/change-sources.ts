import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

export function useAddSource(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (location: string) =>
      dataOf(
        await api.POST("/api/v1/admin/knowledge-bases/{knowledge_base_id}/sources", {
          params: { path: { knowledge_base_id: knowledgeBaseId } },
          body: { location },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.sourcesOf(knowledgeBaseId) }),
  });
}

export function useSyncSource(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (source_id: string) =>
      dataOf(await api.POST("/api/v1/admin/sources/{source_id}/sync", { params: { path: { source_id } } })),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.sourcesOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: keys.jobs }),
      ]),
  });
}

/** Its documents go too. */
export function useRemoveSource(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (source_id: string) => api.DELETE("/api/v1/admin/sources/{source_id}", { params: { path: { source_id } } }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.sourcesOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: keys.documentsOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: keys.knowledgeBases }),
      ]),
  });
}
