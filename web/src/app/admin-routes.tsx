/** The pages under /admin; only administrators come this far. */
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { signedInRoute } from "./gate";

const layout = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/admin",
  beforeLoad: ({ context }) => {
    if (context.me.role !== "admin") throw redirect({ to: "/" });
  },
  component: lazyRouteComponent(() => import("./routes/admin-layout"), "AdminLayout"),
});

export const adminRoutes = layout;
