import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

export const snapshotsQuery = (knowledgeBaseId: string) =>
  queryOptions({
    queryKey: keys.snapshotsOf(knowledgeBaseId),
    queryFn: async ({ signal }) =>
      dataOf(
        await api.GET("/api/v1/admin/knowledge-bases/{knowledge_base_id}/snapshots", {
          params: { path: { knowledge_base_id: knowledgeBaseId } },
          signal,
        }),
      ),
  });

/** What going back to the snapshot would do now. */
export const diffQuery = (snapshotId: string) =>
  queryOptions({
    queryKey: keys.diff(snapshotId),
    queryFn: async ({ signal }) =>
      dataOf(await api.GET("/api/v1/admin/snapshots/{snapshot_id}/diff", { params: { path: { snapshot_id: snapshotId } }, signal })),
    staleTime: 0,
    gcTime: 0,
  });

export function useTakeSnapshot(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) =>
      dataOf(
        await api.POST("/api/v1/admin/knowledge-bases/{knowledge_base_id}/snapshots", {
          params: { path: { knowledge_base_id: knowledgeBaseId } },
          body: { name },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.snapshotsOf(knowledgeBaseId) }),
  });
}

export function useDeleteSnapshot(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (snapshot_id: string) => api.DELETE("/api/v1/admin/snapshots/{snapshot_id}", { params: { path: { snapshot_id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.snapshotsOf(knowledgeBaseId) }),
  });
}

export function useRollBack(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (snapshot_id: string) =>
      dataOf(await api.POST("/api/v1/admin/snapshots/{snapshot_id}/rollback", { params: { path: { snapshot_id } } })),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.snapshotsOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: keys.documentsOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: keys.sourcesOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: keys.knowledgeBases }),
      ]),
  });
}
