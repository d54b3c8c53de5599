import { queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { WORKING_MS } from "../polling";
import { keys } from "./keys";

export const sourcesQuery = (knowledgeBaseId: string) =>
  queryOptions({
    queryKey: keys.sourcesOf(knowledgeBaseId),
    queryFn: async ({ signal }) =>
      dataOf(
        await api.GET("/api/v1/admin/knowledge-bases/{knowledge_base_id}/sources", {
          params: { path: { knowledge_base_id: knowledgeBaseId } },
          signal,
        }),
      ),
  });

export const runsQuery = (sourceId: string, lastRun: string) =>
  queryOptions({
    queryKey: [...keys.runsOf(sourceId), lastRun],
    queryFn: async ({ signal }) =>
      dataOf(await api.GET("/api/v1/admin/sources/{source_id}/runs", { params: { path: { source_id: sourceId } }, signal })),
  });

/** The one-page report; asked for again while documents are on their way. */
export const reportQuery = (runId: string) =>
  queryOptions({
    queryKey: keys.report(runId),
    queryFn: async ({ signal }) => dataOf(await api.GET("/api/v1/admin/runs/{run_id}", { params: { path: { run_id: runId } }, signal })),
    refetchInterval: ({ state }) => (state.data && state.data.seconds === null ? WORKING_MS : false),
  });
