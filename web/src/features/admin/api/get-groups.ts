import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

export const groupsQuery = queryOptions({
  queryKey: keys.groups,
  queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/admin/groups", { signal })),
});
