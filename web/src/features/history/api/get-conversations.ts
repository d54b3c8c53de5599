import { infiniteQueryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

const PAGE = 40;

export const conversationsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["conversations", q],
    queryFn: async ({ pageParam, signal }) =>
      dataOf(await api.GET("/api/v1/conversations", { params: { query: { q, limit: PAGE, offset: pageParam } }, signal })),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const seen = pages.reduce((sum, page) => sum + page.items.length, 0);
      return last.items.length > 0 && seen < last.total ? seen : undefined;
    },
    placeholderData: (before) => before,
  });
