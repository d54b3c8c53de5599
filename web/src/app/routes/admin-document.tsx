import { useNavigate, useParams } from "@tanstack/react-router";

import type { Block } from "@/api/types";
import { DocumentPage } from "@/features/admin/documents/document-page";
import { DocumentBlocks } from "@/features/reader/document-blocks";

const renderText = (blocks: readonly Block[]) => <DocumentBlocks blocks={blocks} marks={null} cited={null} />;

export function AdminDocumentRoute() {
  const { documentId } = useParams({ from: "/signed-in/admin/documents/$documentId" });
  const navigate = useNavigate();
  return (
    <DocumentPage
      key={documentId}
      documentId={documentId}
      renderText={renderText}
      onDeleted={(knowledgeBaseId) => void navigate({ to: "/admin/knowledge-bases/$knowledgeBaseId/documents", params: { knowledgeBaseId } })}
    />
  );
}
