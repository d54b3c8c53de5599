import { useFormats, useLanguage } from "@/i18n/provider";

import type { DocumentDetail } from "../api/shapes";
import { Ago } from "../parts/ago";
import { durationOf, secondsBetween } from "../parts/durations";
import { Fact } from "../parts/fact";
import { StageBadge } from "../parts/stage-badge";
import { progressOfDocument } from "../progress-of";
import { useAdminT } from "../texts";

export function DocumentFacts({ document }: { document: DocumentDetail }) {
  const t = useAdminT();
  const formats = useFormats();
  const { language } = useLanguage();
  const { stage, done, total } = progressOfDocument(document, document.job ?? undefined);
  const { job } = document;
  return (
    <dl className="grid grid-cols-3 gap-x-4 gap-y-4 rounded-lg border border-line bg-surface p-4 sm:grid-cols-4 lg:flex lg:flex-wrap lg:gap-x-10">
      <Fact name={t("documents.state")}>
        <StageBadge stage={stage} done={done} total={total} className="mt-0.5" />
      </Fact>
      <Fact name={t("documents.version")}>{formats.number(document.version_number)}</Fact>
      <Fact name={t("kb.size")}>{formats.bytes(document.size)}</Fact>
      {document.pages !== null && <Fact name={t("documents.pages")}>{formats.number(document.pages)}</Fact>}
      <Fact name={t("kb.passages")}>{formats.number(document.chunks)}</Fact>
      <Fact name={t("documents.changed")}>
        <Ago at={document.updated_at} />
      </Fact>
      <Fact name={t("documents.added")}>
        <Ago at={document.created_at} />
      </Fact>
      {job?.state === "done" && (
        <Fact name={t("documents.took")}>{durationOf(language, secondsBetween(job.created_at, job.updated_at, new Date()))}</Fact>
      )}
      <Fact name={t("documents.origin")}>{document.source ? t("documents.fromSource") : t("documents.uploaded")}</Fact>
    </dl>
  );
}
