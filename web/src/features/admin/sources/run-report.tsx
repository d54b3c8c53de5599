import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Badge, type Tone } from "@/components/ui/badge";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { Working } from "@/components/ui/working";
import { useFormats, useLanguage } from "@/i18n/provider";

import { reportQuery } from "../api/get-sources";
import type { RunReport as Report } from "../api/shapes";
import { durationOf } from "../parts/durations";
import { Fact } from "../parts/fact";
import { FailureLine } from "../parts/failure-line";
import { useAdminT, type AdminKey } from "../texts";
import { RunError } from "./run-error";
import { RunState } from "./run-state";

type Change = Report["changes"][number]["change"];

const TONES: Record<Change, Tone> = { added: "ok", changed: "accent", removed: "danger", held: "warn" };

/** What one run found, did and could not do, on one page. */
export function RunReport({ runId, onClose }: { runId: string; onClose: () => void }) {
  const t = useAdminT();
  const { data, error, isPending, refetch } = useQuery(reportQuery(runId));
  return (
    <Dialog title={t("report.title")} description={data?.location} onClose={onClose} className="w-[min(44rem,calc(100vw-2rem))]">
      {isPending && <Working text={t("report.loading")} />}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data && <Body report={data} />}
    </Dialog>
  );
}

function Body({ report }: { report: Report }) {
  const t = useAdminT();
  const formats = useFormats();
  return (
    <div className="space-y-5">
      <p className="flex flex-wrap items-center gap-3 text-sm text-muted">
        <RunState run={report} />
        <time dateTime={report.started_at}>{formats.dateTime(report.started_at)}</time>
      </p>
      {report.error && <RunError run={report} sentence={report.error} />}
      {report.dry_run && <p className="text-sm text-muted">{t("report.dryRun")}</p>}
      <Figures report={report} />
      {report.problems.length > 0 && (
        <Part title={t("report.problems", { count: report.failed })}>
          {report.problems.map(({ path, reason, reason_code }) => (
            <li key={path} className="space-y-0.5 py-2 text-sm">
              <p className="font-mono text-xs [overflow-wrap:anywhere]">{path}</p>
              <FailureLine sentence={reason} code={reason_code} />
            </li>
          ))}
        </Part>
      )}
      {report.changes.length > 0 && (
        <Part title={t("report.changes")}>
          {report.changes.map(({ path, change }) => (
            <li key={path} className="flex items-baseline justify-between gap-3 py-1.5 text-sm">
              <span className="min-w-0 font-mono text-xs [overflow-wrap:anywhere]">{path}</span>
              <Badge tone={TONES[change]}>{t(`change.${change}`)}</Badge>
            </li>
          ))}
        </Part>
      )}
    </div>
  );
}

const COUNTS = ["added", "changed", "removed", "held", "unchanged", "failed", "working", "embedded", "tokens"] as const;

function Figures({ report }: { report: Report }) {
  const t = useAdminT();
  const formats = useFormats();
  const { language } = useLanguage();
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-5">
      {COUNTS.map((name) => {
        const key: AdminKey = `report.${name}`;
        return (
          <Fact key={name} name={t(key)}>
            {formats.number(report[name])}
          </Fact>
        );
      })}
      <Fact name={t("report.took")}>{report.seconds === null ? t("report.onItsWay") : durationOf(language, report.seconds)}</Fact>
    </dl>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 text-sm font-medium">{title}</h3>
      <ul className="divide-y divide-line border-y border-line">{children}</ul>
    </section>
  );
}
