import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

const at = (group_id: string) => ({ params: { path: { group_id } } });

/** Creates one, or renames the one with this id. */
export function useSaveGroup(id: string | null) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) =>
      id === null
        ? dataOf(await api.POST("/api/v1/admin/groups", { body: { name } }))
        : dataOf(await api.PATCH("/api/v1/admin/groups/{group_id}", { ...at(id), body: { name } })),
    onSuccess: () =>
      Promise.all([queries.invalidateQueries({ queryKey: keys.groups }), queries.invalidateQueries({ queryKey: keys.knowledgeBases })]),
  });
}

export function useDeleteGroup() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/admin/groups/{group_id}", at(id)),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.groups }),
        queries.invalidateQueries({ queryKey: keys.users }),
        queries.invalidateQueries({ queryKey: keys.knowledgeBases }),
      ]),
  });
}
