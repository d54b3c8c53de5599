import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

export const apiKeysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/me/api-keys", { signal })),
});

/** The answer holds the key itself, once. */
export function useCreateApiKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => dataOf(await api.POST("/api/v1/me/api-keys", { body: { name } })),
    onSuccess: () => queries.invalidateQueries(apiKeysQuery),
  });
}

export function useRevokeApiKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/me/api-keys/{key_id}", { params: { path: { key_id: id } } }),
    onSuccess: () => queries.invalidateQueries(apiKeysQuery),
  });
}
