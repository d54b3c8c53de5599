import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { WORKING_MS } from "../polling";
import { isWorking } from "../progress-of";
import { keys } from "./keys";

const at = (document_id: string) => ({ params: { path: { document_id } } });

export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: keys.document(id),
    queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/admin/documents/{document_id}", { ...at(id), signal })),
    refetchInterval: ({ state }) => (state.data && isWorking(state.data) ? WORKING_MS : false),
  });

/** `version` is part of the key, so that a new version's chunks are fetched as it goes live. */
export const chunksQuery = (id: string, version: string) =>
  queryOptions({
    queryKey: [...keys.document(id), "chunks", version],
    queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/admin/documents/{document_id}/chunks", { ...at(id), signal })),
  });

export const documentTextQuery = (id: string, version: string) =>
  queryOptions({
    queryKey: [...keys.document(id), "text", version],
    queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/documents/{document_id}/text", { ...at(id), signal })),
  });

export const originalAddress = (id: string) => `/api/v1/documents/${encodeURIComponent(id)}/original`;
