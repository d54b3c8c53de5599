import { useQuery } from "@tanstack/react-query";

import { Dialog } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { Working } from "@/components/ui/working";
import { useFormats } from "@/i18n/provider";

import { runsQuery } from "../api/get-sources";
import type { Source, SourceRun } from "../api/shapes";
import { useAdminT } from "../texts";
import { RunError } from "./run-error";
import { RunLine } from "./run-line";
import { RunState } from "./run-state";

interface RunHistoryProps {
  source: Source;
  onReport: (runId: string) => void;
  onClose: () => void;
}

export function RunHistory({ source, onReport, onClose }: RunHistoryProps) {
  const t = useAdminT();
  const lastRun = `${source.last_run?.id ?? ""}:${source.last_run?.finished_at ?? ""}`;
  const { data, error, isPending, refetch } = useQuery(runsQuery(source.id, lastRun));
  return (
    <Dialog title={t("run.history")} description={source.location} onClose={onClose}>
      {isPending && <Working text={t("run.loading")} />}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="text-sm text-muted">{t("run.none")}</p>}
      <ol className="divide-y divide-line">
        {data?.map((run) => (
          <RunItem key={run.id} run={run} onReport={() => onReport(run.id)} />
        ))}
      </ol>
    </Dialog>
  );
}

function RunItem({ run, onReport }: { run: SourceRun; onReport: () => void }) {
  const t = useAdminT();
  const formats = useFormats();
  return (
    <li className="space-y-1 py-3 text-sm first:pt-0">
      <p className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <time dateTime={run.started_at} className="text-muted">
          {formats.dateTime(run.started_at)}
        </time>
        <RunState run={run} />
      </p>
      <p className="flex flex-wrap justify-between gap-x-4">
        <RunLine run={run} />
        {run.unchanged > 0 && <span className="figures text-faint">{t("run.unchanged", { count: run.unchanged })}</span>}
      </p>
      {run.error && <RunError run={run} sentence={run.error} />}
      <button type="button" onClick={onReport} className="min-h-6 rounded text-accent underline-offset-4 hover:underline">
        {t("report.open")}
      </button>
    </li>
  );
}
