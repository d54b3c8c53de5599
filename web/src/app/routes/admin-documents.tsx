import { useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { DocumentsPage } from "@/features/admin/documents/documents-page";

import { documentsSearch } from "../admin-search";

const FROM = "/signed-in/admin/knowledge-bases/$knowledgeBaseId/documents";

export function DocumentsRoute() {
  const { knowledgeBaseId } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/admin/knowledge-bases/$knowledgeBaseId/documents" });
  return (
    <DocumentsPage
      key={knowledgeBaseId}
      knowledgeBaseId={knowledgeBaseId}
      filter={{ q: search.q ?? "", state: search.state ?? null, tag: search.tag ?? null, sort: search.sort ?? "-updated", offset: search.offset ?? 0 }}
      onFilter={({ q, state, tag, sort, offset }) =>
        void navigate({
          search: (before) => ({
            q: q === undefined ? before.q : q || undefined,
            state: state === undefined ? before.state : documentsSearch({ state }).state,
            tag: tag === undefined ? before.tag : (tag ?? undefined),
            sort: sort === undefined ? before.sort : sort === "-updated" ? undefined : sort,
            offset: offset || undefined, // another filter begins at its first page
          }),
          replace: q !== undefined,
          resetScroll: offset !== undefined,
        })
      }
    />
  );
}
