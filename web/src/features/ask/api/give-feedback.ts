import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";
import type { FeedbackReason, Turn } from "@/api/types";

import { conversationQuery } from "./get-conversation";

interface Feedback {
  feedback: "up" | "down" | null;
  reason: FeedbackReason | null;
}

export function useGiveFeedback(conversationId: string, turnId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: Feedback) =>
      dataOf(await api.PUT("/api/v1/turns/{turn_id}/feedback", { params: { path: { turn_id: turnId } }, body })),
    onSuccess(stored: Turn) {
      queries.setQueryData(conversationQuery(conversationId).queryKey, (before) =>
        before && { ...before, turns: before.turns.map((turn) => (turn.id === stored.id ? stored : turn)) },
      );
    },
  });
}
