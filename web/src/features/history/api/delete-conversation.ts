import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api } from "@/api/client";

const pathOf = (id: string) => ({ params: { path: { conversation_id: id } } });

export function useDeleteConversation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/conversations/{conversation_id}", pathOf(id)),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["conversations"] }),
  });
}

/** Takes a deletion back. */
export function useRestoreConversation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.POST("/api/v1/conversations/{conversation_id}/restore", pathOf(id)),
    onSuccess: (_, id) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["conversations"] }),
        queries.invalidateQueries({ queryKey: ["conversation", id] }),
      ]),
  });
}
