import { useParams } from "@tanstack/react-router";

import { SourcesPage } from "@/features/admin/sources/sources-page";

export function SourcesRoute() {
  const { knowledgeBaseId } = useParams({ from: "/signed-in/admin/knowledge-bases/$knowledgeBaseId/sources" });
  return <SourcesPage key={knowledgeBaseId} knowledgeBaseId={knowledgeBaseId} />;
}
