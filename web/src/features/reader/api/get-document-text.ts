import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { attachedText, isAttached } from "./get-attachment-text";

export const documentTextQuery = (id: string) =>
  queryOptions({
    queryKey: ["document-text", id],
    queryFn: async ({ signal }) =>
      isAttached(id) ? attachedText(id, signal) : dataOf(await api.GET("/api/v1/documents/{document_id}/text", { params: { path: { document_id: id } }, signal })),
    staleTime: 5 * 60_000,
  });
