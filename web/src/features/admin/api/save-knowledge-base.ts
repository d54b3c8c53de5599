import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys, READABLE } from "./keys";
import type { KnowledgeBaseIn } from "./shapes";

/** Creates one, or changes the one with this id. */
export function useSaveKnowledgeBase(id: string | null) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: KnowledgeBaseIn) =>
      id === null
        ? dataOf(await api.POST("/api/v1/admin/knowledge-bases", { body }))
        : dataOf(
            await api.PATCH("/api/v1/admin/knowledge-bases/{knowledge_base_id}", { params: { path: { knowledge_base_id: id } }, body }),
          ),
    onSuccess: () =>
      Promise.all([queries.invalidateQueries({ queryKey: keys.knowledgeBases }), queries.invalidateQueries({ queryKey: READABLE })]),
  });
}
