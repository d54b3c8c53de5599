import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

export const usersQuery = queryOptions({
  queryKey: keys.users,
  queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/admin/users", { signal })),
});
