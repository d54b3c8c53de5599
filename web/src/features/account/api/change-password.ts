import { useMutation } from "@tanstack/react-query";

import { api } from "@/api/client";

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { current: string; new: string }) => api.PUT("/api/v1/me/password", { body }),
  });
}
