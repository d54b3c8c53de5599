import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

export const alertsQuery = queryOptions({
  queryKey: keys.alerts,
  queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/admin/alerts", { signal })),
});

export function useTestAlert() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => dataOf(await api.POST("/api/v1/admin/alerts/test", {})),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.alerts }),
  });
}
