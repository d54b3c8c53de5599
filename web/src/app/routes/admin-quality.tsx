import { useParams } from "@tanstack/react-router";

import { QualityPage } from "@/features/admin/quality/quality-page";

export function QualityRoute() {
  const { knowledgeBaseId } = useParams({ from: "/signed-in/admin/knowledge-bases/$knowledgeBaseId/quality" });
  return <QualityPage key={knowledgeBaseId} knowledgeBaseId={knowledgeBaseId} />;
}
