import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api } from "@/api/client";

import { inTurns } from "../in-turns";
import { keys } from "./keys";

const AT_ONCE = 3;

const doomed = (document_id: string) => ({ params: { path: { document_id } } });

/** Deletes each, or erases every trace of it; what failed comes back as errors by id, and does not keep the others from going. */
export function useDeleteDocuments(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ ids, purge }: { ids: readonly string[]; purge: boolean }) =>
      inTurns(ids, AT_ONCE, (id) =>
        purge
          ? api.POST("/api/v1/admin/documents/{document_id}/purge", doomed(id))
          : api.DELETE("/api/v1/admin/documents/{document_id}", doomed(id)),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.documentsOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: keys.knowledgeBases }),
      ]),
  });
}
