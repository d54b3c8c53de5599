import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

/** What the server draws, in pixels. */
export const WIDTHS = [600, 1000, 1600] as const;

/** Whether the pages of such a file can be drawn. */
export function hasPages(mediaType: string): boolean {
  return mediaType === "application/pdf" || mediaType.startsWith("image/");
}

export const pagesQuery = (documentId: string, version: number) =>
  queryOptions({
    queryKey: ["document-pages", documentId, version],
    queryFn: async ({ signal }) =>
      dataOf(
        await api.GET("/api/v1/documents/{document_id}/versions/{number}/pages", {
          params: { path: { document_id: documentId, number: version } },
          signal,
        }),
      ).pages,
    staleTime: 5 * 60_000,
    retry: false,
  });

export function pageAddress(documentId: string, version: number, page: number, width: number): string {
  return `/api/v1/documents/${encodeURIComponent(documentId)}/versions/${version}/pages/${page}?width=${width}`;
}
