import { useNavigate } from "@tanstack/react-router";

import { KnowledgeBasesPage } from "@/features/admin/knowledge-bases/knowledge-bases-page";

export function KnowledgeBasesRoute() {
  const navigate = useNavigate();
  return (
    <KnowledgeBasesPage
      onOpen={(knowledgeBaseId) => void navigate({ to: "/admin/knowledge-bases/$knowledgeBaseId/documents", params: { knowledgeBaseId } })}
    />
  );
}
