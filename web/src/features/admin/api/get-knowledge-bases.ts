import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { WORKING_MS } from "../polling";
import { keys } from "./keys";
import type { AdminKnowledgeBase } from "./shapes";

export const knowledgeBasesQuery = queryOptions({
  queryKey: keys.knowledgeBases,
  queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/admin/knowledge-bases", { signal })),
  refetchInterval: ({ state }) => (state.data?.some((each) => each.working > 0) ? WORKING_MS : false),
});

/** One of them, out of the same list: there are tens, and the cards have them already. */
export function knowledgeBaseIn(list: readonly AdminKnowledgeBase[] | undefined, id: string): AdminKnowledgeBase | undefined {
  return list?.find((each) => each.id === id);
}
