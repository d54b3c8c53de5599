import { useLanguage } from "@/i18n/provider";

import type { SourceRun } from "../api/shapes";
import { durationOf, secondsBetween } from "../parts/durations";
import { useAdminT } from "../texts";

/** A run in one line: ＋12 ～3 −1, 40 s. Words for those who cannot see the signs. */
export function RunLine({ run }: { run: SourceRun }) {
  const t = useAdminT();
  const { language } = useLanguage();
  const time = durationOf(language, secondsBetween(run.started_at, run.finished_at, new Date()));
  // A run that failed before it could look at the folder has nothing to count.
  const reached = run.error === null || run.added + run.changed + run.removed + run.unchanged > 0;
  const words = t("run.words", { added: run.added, changed: run.changed, removed: run.removed });
  return (
    <span className="figures whitespace-nowrap">
      {reached && (
        <>
          <span className="sr-only">{words}</span>
          <span aria-hidden title={words}>
            <span className={run.added > 0 ? "text-ok" : ""}>{t("run.added", { count: run.added })}</span>{" "}
            <span className={run.changed > 0 ? "text-accent" : ""}>{t("run.changed", { count: run.changed })}</span>{" "}
            <span className={run.removed > 0 ? "text-danger" : ""}>{t("run.removed", { count: run.removed })}</span>
          </span>
          {run.failed > 0 && <span className="text-danger"> · {t("run.failed", { count: run.failed })}</span>}
          {t("run.comma")}
        </>
      )}
      <span className="text-faint">{run.finished_at ? time : t("run.since", { time })}</span>
    </span>
  );
}
