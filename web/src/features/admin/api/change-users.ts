import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";
import type { UserIn, UserPatch } from "./shapes";

const at = (user_id: string) => ({ params: { path: { user_id } } });

const refresh = (queries: QueryClient) =>
  Promise.all([queries.invalidateQueries({ queryKey: keys.users }), queries.invalidateQueries({ queryKey: keys.groups })]);

export function useCreateUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: UserIn) => dataOf(await api.POST("/api/v1/admin/users", { body })),
    onSuccess: () => refresh(queries),
  });
}

export function useChangeUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, patch }: { id: string; patch: UserPatch }) =>
      dataOf(await api.PATCH("/api/v1/admin/users/{user_id}", { ...at(id), body: patch })),
    onSuccess: () => refresh(queries),
  });
}

export function useSignOutUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/admin/users/{user_id}/sessions", at(id)),
    onSuccess: () => refresh(queries),
  });
}

export function useDeleteUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/admin/users/{user_id}", at(id)),
    onSuccess: () => refresh(queries),
  });
}
