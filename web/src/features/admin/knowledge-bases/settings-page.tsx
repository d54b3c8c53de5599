import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { useToasts } from "@/components/ui/toast";
import { useFormats, useT } from "@/i18n/provider";

import { knowledgeBaseIn, knowledgeBasesQuery } from "../api/get-knowledge-bases";
import { Fact } from "../parts/fact";
import { useAdminT } from "../texts";
import { AnswersSection } from "./answers-section";
import { DeleteKnowledgeBaseDialog } from "./delete-knowledge-base-dialog";
import { KnowledgeBaseForm } from "./knowledge-base-form";

export function SettingsPage({ knowledgeBaseId, onDeleted }: { knowledgeBaseId: string; onDeleted: () => void }) {
  const t = useT();
  const admin = useAdminT();
  const formats = useFormats();
  const toasts = useToasts();
  const { data } = useQuery(knowledgeBasesQuery);
  const [deleting, setDeleting] = useState(false);
  const knowledgeBase = knowledgeBaseIn(data, knowledgeBaseId);
  if (!knowledgeBase) return null;
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,36rem)_minmax(0,1fr)]">
      <section aria-label={admin("tabs.settings")} className="space-y-8">
        <KnowledgeBaseForm
          key={knowledgeBase.id}
          knowledgeBase={knowledgeBase}
          submit={t("common.save")}
          onSaved={() => toasts.show({ text: admin("kb.saved") })}
        />
        <div className="border-t border-line pt-8">
          <AnswersSection key={knowledgeBase.id} knowledgeBase={knowledgeBase} />
        </div>
      </section>
      <div className="space-y-6 lg:pl-6">
        <dl className="grid grid-cols-2 gap-4 rounded-lg border border-line bg-surface p-4 lg:grid-cols-1">
          <Fact name={admin("kb.createdAt")}>{formats.dateTime(knowledgeBase.created_at)}</Fact>
          <Fact name={admin("kb.lastChange")}>{formats.dateTime(knowledgeBase.updated_at)}</Fact>
          <Fact name={admin("kb.revision")}>{formats.number(knowledgeBase.live_revision)}</Fact>
          <Fact name={admin("kb.size")}>{formats.bytes(knowledgeBase.size)}</Fact>
        </dl>
        <section className="rounded-lg border border-danger/40 p-4">
          <h2 className="font-medium">{admin("kb.danger")}</h2>
          <p className="mt-1 mb-3 text-sm text-muted">{admin("kb.dangerText")}</p>
          <Button look="danger" size="small" onClick={() => setDeleting(true)}>
            {admin("kb.delete")}
          </Button>
        </section>
      </div>
      {deleting && <DeleteKnowledgeBaseDialog knowledgeBase={knowledgeBase} onDeleted={onDeleted} onClose={() => setDeleting(false)} />}
    </div>
  );
}
