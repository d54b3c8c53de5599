import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";
import type { KnowledgeBasePatch } from "./shapes";

/** How the answers of a knowledge base are made; null as threshold is the usual one. */
export function useChangePolicy(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: Pick<KnowledgeBasePatch, "checking" | "refuse_below" | "may_leave">) =>
      dataOf(await api.PATCH("/api/v1/admin/knowledge-bases/{knowledge_base_id}", { params: { path: { knowledge_base_id: id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.knowledgeBases }),
  });
}
