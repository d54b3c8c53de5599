/** The pages under /admin. Whoever is no administrator gets a page that says so, instead of any of them. */
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { auditSearch, documentsSearch, jobsSearch, whySearch } from "./admin-search";
import { signedInRoute } from "./gate";

const layout = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/admin",
  component: lazyRouteComponent(() => import("./routes/admin-layout"), "AdminLayout"),
});

const indexRoute = createRoute({
  getParentRoute: () => layout,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/admin/knowledge-bases", replace: true });
  },
});

const knowledgeBasesRoute = createRoute({
  getParentRoute: () => layout,
  path: "/knowledge-bases",
  component: lazyRouteComponent(() => import("./routes/admin-knowledge-bases"), "KnowledgeBasesRoute"),
});

const knowledgeBaseRoute = createRoute({
  getParentRoute: () => layout,
  path: "/knowledge-bases/$knowledgeBaseId",
  component: lazyRouteComponent(() => import("./routes/admin-knowledge-base"), "KnowledgeBaseRoute"),
});

const knowledgeBaseIndexRoute = createRoute({
  getParentRoute: () => knowledgeBaseRoute,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/admin/knowledge-bases/$knowledgeBaseId/documents", params, replace: true });
  },
});

const documentsRoute = createRoute({
  getParentRoute: () => knowledgeBaseRoute,
  path: "/documents",
  validateSearch: documentsSearch,
  component: lazyRouteComponent(() => import("./routes/admin-documents"), "DocumentsRoute"),
});

const sourcesRoute = createRoute({
  getParentRoute: () => knowledgeBaseRoute,
  path: "/sources",
  component: lazyRouteComponent(() => import("./routes/admin-sources"), "SourcesRoute"),
});

const snapshotsRoute = createRoute({
  getParentRoute: () => knowledgeBaseRoute,
  path: "/snapshots",
  component: lazyRouteComponent(() => import("./routes/admin-snapshots"), "SnapshotsRoute"),
});

const qualityRoute = createRoute({
  getParentRoute: () => knowledgeBaseRoute,
  path: "/quality",
  component: lazyRouteComponent(() => import("./routes/admin-quality"), "QualityRoute"),
});

const settingsRoute = createRoute({
  getParentRoute: () => knowledgeBaseRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./routes/admin-settings"), "SettingsRoute"),
});

const documentRoute = createRoute({
  getParentRoute: () => layout,
  path: "/documents/$documentId",
  component: lazyRouteComponent(() => import("./routes/admin-document"), "AdminDocumentRoute"),
});

const whyRoute = createRoute({
  getParentRoute: () => layout,
  path: "/why",
  validateSearch: whySearch,
  component: lazyRouteComponent(() => import("./routes/admin-why"), "WhyRoute"),
});

const jobsRoute = createRoute({
  getParentRoute: () => layout,
  path: "/jobs",
  validateSearch: jobsSearch,
  component: lazyRouteComponent(() => import("./routes/admin-jobs"), "JobsRoute"),
});

const alertsRoute = createRoute({
  getParentRoute: () => layout,
  path: "/alerts",
  component: lazyRouteComponent(() => import("./routes/admin-alerts"), "AlertsRoute"),
});

const peopleRoute = createRoute({
  getParentRoute: () => layout,
  path: "/people",
  component: lazyRouteComponent(() => import("./routes/admin-people"), "PeopleRoute"),
});

const auditRoute = createRoute({
  getParentRoute: () => layout,
  path: "/audit",
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("./routes/admin-audit"), "AuditRoute"),
});

export const adminRoutes = layout.addChildren([
  indexRoute,
  knowledgeBasesRoute,
  knowledgeBaseRoute.addChildren([knowledgeBaseIndexRoute, documentsRoute, sourcesRoute, snapshotsRoute, qualityRoute, settingsRoute]),
  documentRoute,
  whyRoute,
  jobsRoute,
  alertsRoute,
  peopleRoute,
  auditRoute,
]);
