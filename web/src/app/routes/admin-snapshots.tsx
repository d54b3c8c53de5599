import { useParams } from "@tanstack/react-router";

import { SnapshotsPage } from "@/features/admin/snapshots/snapshots-page";

export function SnapshotsRoute() {
  const { knowledgeBaseId } = useParams({ from: "/signed-in/admin/knowledge-bases/$knowledgeBaseId/snapshots" });
  return <SnapshotsPage key={knowledgeBaseId} knowledgeBaseId={knowledgeBaseId} />;
}
