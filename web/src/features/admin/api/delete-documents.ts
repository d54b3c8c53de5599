import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api } from "@/api/client";

import { inTurns } from "../in-turns";
import { keys } from "./keys";

const AT_ONCE = 3;

/** Deletes each; what failed comes back as errors by id, and does not keep the others from going. */
export function useDeleteDocuments(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ids: readonly string[]) =>
      inTurns(ids, AT_ONCE, (document_id) => api.DELETE("/api/v1/admin/documents/{document_id}", { params: { path: { document_id } } })),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.documentsOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: keys.knowledgeBases }),
      ]),
  });
}
