import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { WORKING_MS } from "../polling";
import { isActive } from "../progress-of";
import { keys } from "./keys";
import type { Job } from "./shapes";

const IDLE_MS = 10_000;
export const JOBS_SHOWN = 50;

export interface JobFilter {
  state: Job["state"] | null;
  knowledgeBaseId: string | null;
  offset: number;
}

export function jobsQuery(filter: JobFilter) {
  const { state, knowledgeBaseId, offset } = filter;
  return queryOptions({
    queryKey: [...keys.jobs, filter],
    queryFn: async ({ signal }) => {
      const query = {
        ...(state && { state }),
        ...(knowledgeBaseId && { knowledge_base_id: knowledgeBaseId }),
        limit: JOBS_SHOWN,
        offset,
      };
      return dataOf(await api.GET("/api/v1/admin/jobs", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.items.some(isActive) ? WORKING_MS : IDLE_MS),
  });
}

const MOST_A_CALL = 500;

/** The newest `count` jobs of one knowledge base, to tell how far its documents are. */
export const recentJobsQuery = (knowledgeBaseId: string, count: number) =>
  queryOptions({
    queryKey: [...keys.jobs, "recent", knowledgeBaseId, count],
    queryFn: async ({ signal }) => {
      const found: Job[] = [];
      for (let offset = 0; offset < count; offset += MOST_A_CALL) {
        const query = { knowledge_base_id: knowledgeBaseId, limit: Math.min(count - offset, MOST_A_CALL), offset };
        const page = dataOf(await api.GET("/api/v1/admin/jobs", { params: { query }, signal }));
        found.push(...page.items);
        if (found.length >= page.total) break;
      }
      return found;
    },
    placeholderData: keepPreviousData,
  });
