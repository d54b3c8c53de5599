import { useParams, useSearch } from "@tanstack/react-router";

import { DocumentPage } from "@/features/reader/document-page";

export function DocumentRoute() {
  const { documentId } = useParams({ from: "/signed-in/asking/documents/$documentId" });
  const search = useSearch({ from: "/signed-in/asking/documents/$documentId" });
  return <DocumentPage documentId={documentId} block={search.block} to={search.to} quote={search.quote} />;
}
