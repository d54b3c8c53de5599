import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { EmptyState } from "@/components/ui/empty-state";
import { useFormats, useT } from "@/i18n/provider";

import { administratorsQuery } from "./api/get-administrators";
import { useIsAdmin } from "./replay-link";

/** What whoever may read nothing can do: an administrator can begin, everybody else is told whom to ask. */
function useWayToKnowledgeBases(): string {
  const t = useT();
  const formats = useFormats();
  const admin = useIsAdmin();
  const { data: names = [] } = useQuery({ ...administratorsQuery, enabled: !admin });
  if (admin) return t("ask.noKnowledgeBasesAdmin");
  return names.length > 0 ? t("ask.noKnowledgeBasesWhom", { names: formats.oneOf(names) }) : t("ask.noKnowledgeBasesNext");
}

/** In place of the question field. */
export function NoKnowledgeBases({ firstSteps }: { firstSteps: ReactNode }) {
  const t = useT();
  const admin = useIsAdmin();
  const way = useWayToKnowledgeBases();
  return (
    <div className="mx-auto w-full max-w-2xl px-5 py-[16vh]">
      <h1 className="sr-only">{t("ask.title")}</h1>
      <EmptyState title={t("ask.noKnowledgeBases")} next={way} action={admin ? firstSteps : undefined} />
    </div>
  );
}

/** Below a conversation that can be read but not continued. */
export function NoFollowUp() {
  const t = useT();
  const way = useWayToKnowledgeBases();
  return (
    <p role="note" className="rounded-xl border border-line bg-sunken px-4 py-3 text-sm text-muted">
      <span className="font-medium text-ink">{t("ask.noFollowUp")}</span> {way}
    </p>
  );
}
