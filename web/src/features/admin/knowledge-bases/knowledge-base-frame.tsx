import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { buttonLook } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { TabLinks, tabLook } from "@/components/ui/tabs";
import { Working } from "@/components/ui/working";

import { knowledgeBaseIn, knowledgeBasesQuery } from "../api/get-knowledge-bases";
import type { AdminKnowledgeBase } from "../api/shapes";
import { AdminPage } from "../parts/admin-page";
import { useAdminT } from "../texts";
import { DropZone } from "../uploads/drop-zone";
import { HealthBadges, useReadersText } from "./knowledge-base-badges";

/** The head and the tabs of one knowledge base; files may be dropped anywhere on it. */
export function KnowledgeBaseFrame({ id, children }: { id: string; children: ReactNode }) {
  const t = useAdminT();
  const { data, error, isPending, refetch } = useQuery(knowledgeBasesQuery);
  const knowledgeBase = knowledgeBaseIn(data, id);
  const trail = (
    <Link to="/admin/knowledge-bases" className="rounded hover:text-ink hover:underline">
      {t("kb.title")}
    </Link>
  );
  if (!knowledgeBase) {
    return (
      <AdminPage title={t("kb.title")} trail={trail}>
        {isPending && <Working text={t("kb.loading")} />}
        {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
        {data && <Gone />}
      </AdminPage>
    );
  }
  return (
    <AdminPage title={knowledgeBase.name} lead={knowledgeBase.description} trail={trail}>
      <Summary knowledgeBase={knowledgeBase} />
      <TabLinks label={knowledgeBase.name}>
        <Link to="/admin/knowledge-bases/$knowledgeBaseId/documents" params={{ knowledgeBaseId: id }} className={tabLook}>
          {t("tabs.documents")}
        </Link>
        <Link to="/admin/knowledge-bases/$knowledgeBaseId/sources" params={{ knowledgeBaseId: id }} className={tabLook}>
          {t("tabs.sources")}
        </Link>
        <Link to="/admin/knowledge-bases/$knowledgeBaseId/snapshots" params={{ knowledgeBaseId: id }} className={tabLook}>
          {t("tabs.snapshots")}
        </Link>
        <Link to="/admin/knowledge-bases/$knowledgeBaseId/quality" params={{ knowledgeBaseId: id }} className={tabLook}>
          {t("tabs.quality")}
        </Link>
        <Link to="/admin/knowledge-bases/$knowledgeBaseId/settings" params={{ knowledgeBaseId: id }} className={tabLook}>
          {t("tabs.settings")}
        </Link>
      </TabLinks>
      <div className="pt-5">{children}</div>
      <DropZone knowledgeBaseId={id} name={knowledgeBase.name} />
    </AdminPage>
  );
}

function Summary({ knowledgeBase }: { knowledgeBase: AdminKnowledgeBase }) {
  const t = useAdminT();
  const readers = useReadersText();
  return (
    <p className="-mt-3 mb-4 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-muted">
      <HealthBadges knowledgeBase={knowledgeBase} />
      <span>{t("kb.readBy", { who: readers(knowledgeBase) })}</span>
    </p>
  );
}

function Gone() {
  const t = useAdminT();
  return (
    <EmptyState
      title={t("kb.gone")}
      next={t("kb.goneNext")}
      action={
        <Link to="/admin/knowledge-bases" className={buttonLook("primary")}>
          {t("kb.title")}
        </Link>
      }
    />
  );
}
