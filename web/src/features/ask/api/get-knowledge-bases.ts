import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

export const knowledgeBasesQuery = queryOptions({
  queryKey: ["knowledge-bases"],
  queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/knowledge-bases", { signal })),
  staleTime: 60_000,
});
