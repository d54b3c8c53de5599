import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

const WHILE_LOADING_MS = 3_000;
const WHEN_READY_MS = 60_000;

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/status", { signal })),
  refetchInterval: ({ state }) => (state.data?.answers_ready && state.data.search_ready ? WHEN_READY_MS : WHILE_LOADING_MS),
});
