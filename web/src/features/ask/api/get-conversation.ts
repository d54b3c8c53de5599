import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";
import type { Turn } from "@/api/types";

const WHILE_UNFINISHED_MS = 2_000;
/** A turn without an answer that is older than this was cut off. */
export const PATIENCE_MS = 10 * 60_000;

/** Whether the server may still be answering, e.g. after a reload in the middle of it. */
export function isUnfinished(turn: Turn, now: Date): boolean {
  return turn.answer === null && turn.error === null && now.getTime() - new Date(turn.created_at).getTime() < PATIENCE_MS;
}

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: ["conversation", id],
    queryFn: async ({ signal }) =>
      dataOf(await api.GET("/api/v1/conversations/{conversation_id}", { params: { path: { conversation_id: id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.turns.some((turn) => isUnfinished(turn, new Date())) ? WHILE_UNFINISHED_MS : false),
  });
