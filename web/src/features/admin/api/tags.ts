import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";
import type { TagsChange } from "./shapes";

/** Tags of the knowledge base's searchable documents, the most frequent first. */
export const tagsQuery = (knowledgeBaseId: string) =>
  queryOptions({
    queryKey: keys.tagsOf(knowledgeBaseId),
    queryFn: async ({ signal }) => {
      const query = { knowledge_base_id: [knowledgeBaseId] };
      const { tags } = dataOf(await api.GET("/api/v1/filters", { params: { query }, signal }));
      return tags.map(({ value }) => value);
    },
  });

export function useChangeTags(knowledgeBaseId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: TagsChange) => api.POST("/api/v1/admin/documents/tags", { body }),
    onSuccess: (_, { document_ids }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.documentsOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: keys.tagsOf(knowledgeBaseId) }),
        queries.invalidateQueries({ queryKey: ["filters"] }),
        ...document_ids.map((id) => queries.invalidateQueries({ queryKey: keys.document(id) })),
      ]),
  });
}
