import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, dataOf } from "@/api/client";

import { meQuery } from "./get-me";

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: { username: string; password: string }) => dataOf(await api.POST("/api/v1/session", { body })),
    onSuccess(me) {
      queries.clear(); // Nothing of whoever was signed in before may stay.
      queries.setQueryData(meQuery.queryKey, me);
    },
  });
}
