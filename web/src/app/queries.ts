import { QueryClient } from "@tanstack/react-query";

import { ApiError } from "@/api/errors";

const RETRIES = 2;

/** Asks again only when that can help: the server was not reached or was not ready. */
function mayHelp(failures: number, error: Error): boolean {
  const passing = error instanceof ApiError && (error.status === 0 || error.status === 502 || error.status === 503);
  return passing && failures < RETRIES;
}

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: mayHelp, staleTime: 15_000, refetchOnWindowFocus: true } },
  });
}
