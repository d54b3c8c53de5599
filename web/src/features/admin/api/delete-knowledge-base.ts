import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api } from "@/api/client";

import { keys, READABLE } from "./keys";

export function useDeleteKnowledgeBase() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      api.DELETE("/api/v1/admin/knowledge-bases/{knowledge_base_id}", { params: { path: { knowledge_base_id: id } } }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.knowledgeBases }),
        queries.invalidateQueries({ queryKey: keys.jobs }),
        queries.invalidateQueries({ queryKey: READABLE }),
      ]),
  });
}
