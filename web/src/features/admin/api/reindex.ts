import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

export function useReindex() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (knowledge_base_id: string) =>
      dataOf(await api.POST("/api/v1/admin/knowledge-bases/{knowledge_base_id}/reindex", { params: { path: { knowledge_base_id } } })),
    onSuccess: () =>
      Promise.all([queries.invalidateQueries({ queryKey: keys.jobs }), queries.invalidateQueries({ queryKey: keys.knowledgeBases })]),
  });
}
