/** The root of all pages, and the gate that only someone signed in passes. */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet, redirect } from "@tanstack/react-router";

import { ApiError } from "@/api/errors";
import { LiveTurnsProvider } from "@/features/ask/live-turns-provider";
import { meQuery } from "@/features/session/api/get-me";
import { returnPath } from "@/features/session/return-path";

import { Crashed, NotFound } from "./edges";

interface RouterContext {
  queries: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: Crashed,
});

/** Whoever is not signed in comes back to where they wanted to go after signing in. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    try {
      return { me: await context.queries.ensureQueryData(meQuery) };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const from = returnPath(location.href);
      throw redirect({ to: "/signin", search: from === "/" ? {} : { from } });
    }
  },
  // Answers on the way live here: going to another page does not stop them, signing out does.
  component: () => (
    <LiveTurnsProvider>
      <Outlet />
    </LiveTurnsProvider>
  ),
});
