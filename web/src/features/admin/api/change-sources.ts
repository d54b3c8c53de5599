import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";
import type { SourceIn, SourcePatch } from "./shapes";

export function useAddSource(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: SourceIn) =>
      dataOf(
        await api.POST("/api/v1/admin/knowledge-bases/{knowledge_base_id}/sources", {
          params: { path: { knowledge_base_id: knowledgeBaseId } },
          body,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.sourcesOf(knowledgeBaseId) }),
  });
}

export function useChangeSource(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ sourceId, patch }: { sourceId: string; patch: SourcePatch }) =>
      dataOf(await api.PATCH("/api/v1/admin/sources/{source_id}", { params: { path: { source_id: sourceId } }, body: patch })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.sourcesOf(knowledgeBaseId) }),
  });
}

/** How a run differs from the nightly one. */
export type RunWish = "sync" | "dryRun" | "removeAnyway";

export function useSyncSource(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ sourceId, wish }: { sourceId: string; wish: RunWish }) =>
      dataOf(
        await api.POST("/api/v1/admin/sources/{source_id}/sync", {
          params: { path: { source_id: sourceId } },
          body: { dry_run: wish === "dryRun", remove_anyway: wish === "removeAnyway" },
        }),
      ),
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
