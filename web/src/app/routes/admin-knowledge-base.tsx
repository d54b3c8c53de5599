import { Outlet, useParams } from "@tanstack/react-router";

import { KnowledgeBaseFrame } from "@/features/admin/knowledge-bases/knowledge-base-frame";

export function KnowledgeBaseRoute() {
  const { knowledgeBaseId } = useParams({ from: "/signed-in/admin/knowledge-bases/$knowledgeBaseId" });
  return (
    <KnowledgeBaseFrame id={knowledgeBaseId}>
      <Outlet />
    </KnowledgeBaseFrame>
  );
}
