import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/me", { signal })),
  staleTime: 60_000,
});
