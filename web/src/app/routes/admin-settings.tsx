import { useNavigate, useParams } from "@tanstack/react-router";

import { SettingsPage } from "@/features/admin/knowledge-bases/settings-page";

export function SettingsRoute() {
  const { knowledgeBaseId } = useParams({ from: "/signed-in/admin/knowledge-bases/$knowledgeBaseId/settings" });
  const navigate = useNavigate();
  return <SettingsPage knowledgeBaseId={knowledgeBaseId} onDeleted={() => void navigate({ to: "/admin/knowledge-bases" })} />;
}
