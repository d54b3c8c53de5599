import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";
import type { Conversation } from "@/api/types";

type Change = Partial<Pick<Conversation, "title" | "pinned">>;

/** Renames, pins or unpins. */
export function useChangeConversation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, ...body }: Change & { id: string }) =>
      dataOf(await api.PATCH("/api/v1/conversations/{conversation_id}", { params: { path: { conversation_id: id } }, body })),
    onSuccess: (_, { id }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["conversations"] }),
        queries.invalidateQueries({ queryKey: ["conversation", id] }),
      ]),
  });
}
