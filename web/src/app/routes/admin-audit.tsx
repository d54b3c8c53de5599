import { useNavigate, useSearch } from "@tanstack/react-router";

import { AuditPage } from "@/features/admin/audit/audit-page";

export function AuditRoute() {
  const search = useSearch({ from: "/signed-in/admin/audit" });
  const navigate = useNavigate({ from: "/admin/audit" });
  return (
    <AuditPage
      filter={{ q: search.q ?? "", action: search.action ?? "", offset: search.offset ?? 0 }}
      onFilter={({ q, action, offset }) =>
        void navigate({
          search: (before) => ({
            q: q === undefined ? before.q : q || undefined,
            action: action === undefined ? before.action : action || undefined,
            offset: offset || undefined, // another filter begins at its first page
          }),
          replace: q !== undefined,
        })
      }
    />
  );
}
