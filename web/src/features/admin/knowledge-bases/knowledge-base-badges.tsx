import { Badge } from "@/components/ui/badge";

import type { AdminKnowledgeBase } from "../api/shapes";
import { useAdminT } from "../texts";

/** Whether all is well with its documents: in words, the colour only repeats them. */
export function HealthBadges({ knowledgeBase }: { knowledgeBase: AdminKnowledgeBase }) {
  const t = useAdminT();
  const { failed, working, documents } = knowledgeBase;
  return (
    <>
      {working > 0 && <Badge tone="accent">{t("kb.working", { count: working })}</Badge>}
      {failed > 0 && <Badge tone="danger">{t("kb.failed", { count: failed })}</Badge>}
      {failed === 0 && working === 0 && documents > 0 && <Badge tone="ok">{t("kb.healthy")}</Badge>}
      {failed === 0 && working === 0 && documents === 0 && <Badge>{t("kb.empty")}</Badge>}
    </>
  );
}

/** Who may read it, in words. */
export function useReadersText(): (knowledgeBase: AdminKnowledgeBase) => string {
  const t = useAdminT();
  return ({ readers }) => {
    if (readers.length === 0) return t("kb.onlyAdmins");
    if (readers.some(({ id }) => id === EVERYONE)) return t("groups.everyone");
    return readers.map(({ name }) => name).join(t("list.separator"));
  };
}

/** The id of the built-in group of all people. */
const EVERYONE = "everyone";
