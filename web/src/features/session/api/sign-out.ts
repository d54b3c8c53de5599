import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api } from "@/api/client";

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE("/api/v1/session"),
    onSuccess: () => queries.clear(),
  });
}
