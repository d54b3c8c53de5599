import { useNavigate, useSearch } from "@tanstack/react-router";

import { JobsPage } from "@/features/admin/jobs/jobs-page";

export function JobsRoute() {
  const search = useSearch({ from: "/signed-in/admin/jobs" });
  const navigate = useNavigate({ from: "/admin/jobs" });
  return (
    <JobsPage
      filter={{ state: search.state ?? null, knowledgeBaseId: search.kb ?? null, offset: search.offset ?? 0 }}
      onFilter={({ state, knowledgeBaseId, offset }) =>
        void navigate({
          search: (before) => ({
            state: state === undefined ? before.state : (state ?? undefined),
            kb: knowledgeBaseId === undefined ? before.kb : (knowledgeBaseId ?? undefined),
            offset: offset || undefined, // another filter begins at its first page
          }),
        })
      }
    />
  );
}
