import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

/** Names of those who can give access. */
export const administratorsQuery = queryOptions({
  queryKey: ["administrators"],
  queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/me/administrators", { signal })),
  staleTime: 60_000,
});
