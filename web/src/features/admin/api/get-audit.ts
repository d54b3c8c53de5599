import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { keys } from "./keys";

export const AUDIT_SHOWN = 50;

export interface AuditFilter {
  q: string;
  action: string;
  offset: number;
}

export const auditQuery = (filter: AuditFilter) =>
  queryOptions({
    queryKey: [...keys.audit, filter],
    queryFn: async ({ signal }) =>
      dataOf(await api.GET("/api/v1/admin/audit", { params: { query: { ...filter, limit: AUDIT_SHOWN } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
