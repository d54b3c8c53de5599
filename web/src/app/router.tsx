import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import { filtersIn, type Filters } from "@/features/ask/filters";

import { adminRoutes } from "./admin-routes";
import { Crashed, NotFound, Pending } from "./edges";
import { rootRoute, signedInRoute } from "./gate";

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const count = (value: unknown) => (typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined);

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/signin",
  validateSearch: (search: Record<string, unknown>): { from?: string } => ({ from: text(search.from) }),
  component: lazyRouteComponent(() => import("./routes/sign-in"), "SignInRoute"),
});

const askingRoute = createRoute({
  getParentRoute: () => signedInRoute,
  id: "asking",
  component: lazyRouteComponent(() => import("./routes/asking-layout"), "AskingLayout"),
});

const askRoute = createRoute({
  getParentRoute: () => askingRoute,
  path: "/",
  validateSearch: filtersIn,
  component: lazyRouteComponent(() => import("./routes/ask"), "AskRoute"),
});

const conversationRoute = createRoute({
  getParentRoute: () => askingRoute,
  path: "/c/$conversationId",
  // `turn` and `source` name the citation that the Reader shows, so that it survives reload and "back" closes it.
  // The filters go on for follow-up questions.
  validateSearch: (search: Record<string, unknown>): { turn?: string; source?: number } & Filters => ({
    ...filtersIn(search),
    turn: text(search.turn),
    source: count(search.source),
  }),
  component: lazyRouteComponent(() => import("./routes/conversation"), "ConversationRoute"),
});

const documentRoute = createRoute({
  getParentRoute: () => askingRoute,
  path: "/documents/$documentId",
  validateSearch: (search: Record<string, unknown>): { block?: number; to?: number; quote?: string } => ({
    block: count(search.block),
    to: count(search.to),
    quote: text(search.quote),
  }),
  component: lazyRouteComponent(() => import("./routes/document"), "DocumentRoute"),
});

const accountRoute = createRoute({
  getParentRoute: () => askingRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("./routes/account"), "AccountRoute"),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  signedInRoute.addChildren([
    askingRoute.addChildren([askRoute, conversationRoute, documentRoute, accountRoute]),
    adminRoutes,
  ]),
]);

export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPreload: "intent",
    defaultPendingComponent: Pending,
    defaultErrorComponent: Crashed,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
