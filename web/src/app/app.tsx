import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { onSignedOut } from "@/api/client";
import { ToastProvider } from "@/components/ui/toast";
import { TooltipProvider } from "@/components/ui/tooltip";
import { LanguageProvider } from "@/i18n/provider";

import { createQueries } from "./queries";
import { createAppRouter } from "./router";

export function App() {
  const [queries] = useState(createQueries);
  const [router] = useState(() => createAppRouter(queries));
  useEffect(
    () =>
      onSignedOut(() => {
        const { pathname, href } = router.state.location;
        if (pathname === "/signin") return;
        queries.clear();
        void router.navigate({ to: "/signin", search: { from: href } });
      }),
    [queries, router],
  );
  return (
    <LanguageProvider>
      <QueryClientProvider client={queries}>
        <TooltipProvider>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </TooltipProvider>
      </QueryClientProvider>
    </LanguageProvider>
  );
}
