import { ChartLine, Table2 } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { TrendChart } from "@/components/ui/trend-chart";
import { useFormats } from "@/i18n/provider";

import type { GoldenRun } from "../api/shapes";
import { useAdminT } from "../texts";
import { GoldenRuns } from "./golden-runs";
import { isLive } from "./way";

const CHARTED = 40;

/** How the figures moved from run to run, drawn or as a table. `runs` come newest first. */
export function RunTrends({ runs }: { runs: readonly GoldenRun[] }) {
  const t = useAdminT();
  const live = runs.filter(isLive).slice(0, CHARTED).reverse();
  const [chosen, setChosen] = useState<"chart" | "table" | null>(null);
  const shown = live.length > 1 ? (chosen ?? "chart") : "table";
  return (
    <section aria-label={t("golden.runs")}>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">{t("golden.runs")}</h2>
        {live.length > 1 && (
          <Button size="small" onClick={() => setChosen(shown === "chart" ? "table" : "chart")}>
            {shown === "chart" ? <Table2 aria-hidden className="size-4" /> : <ChartLine aria-hidden className="size-4" />}
            {t(shown === "chart" ? "trend.asTable" : "trend.asChart")}
          </Button>
        )}
      </div>
      {shown === "chart" ? <Charts runs={live} /> : <GoldenRuns runs={runs} />}
    </section>
  );
}

/** `runs` oldest first, all of them as people are answered. */
function Charts({ runs }: { runs: readonly GoldenRun[] }) {
  const t = useAdminT();
  const formats = useFormats();
  const moments = runs.map(({ created_at }) => created_at);
  const said = (name: string, first: string, last: string) => t("trend.said", { name, first, last });
  const times = runs.map(({ milliseconds }) => milliseconds);
  const slowest = Math.max(0, ...times.filter((time) => time !== null));
  const refused = runs.some(({ refusals }) => refusals !== null);
  return (
    <div className="grid gap-4 lg:grid-cols-3">
      <TrendChart
        title={t("trend.found")}
        lines={[
          { name: t("golden.recall"), values: runs.map(({ recall }) => recall) },
          { name: t("golden.reciprocalRank"), values: runs.map(({ reciprocal_rank }) => reciprocal_rank), dashed: true },
        ]}
        moments={moments}
        max={1}
        format={formats.percent}
        said={said}
      />
      {refused && (
        <TrendChart
          title={t("trend.refused")}
          lines={[
            { name: t("golden.rightlyRefused"), values: runs.map(({ refusals }) => refusals && share(refusals.rightly_refused, refusals.unanswerable)) },
            { name: t("golden.wronglyRefused"), values: runs.map(({ refusals }) => refusals && share(refusals.wrongly_refused, refusals.answerable)), dashed: true },
          ]}
          moments={moments}
          max={1}
          format={formats.percent}
          said={said}
        />
      )}
      {slowest > 0 && (
        <TrendChart
          title={t("trend.speed")}
          lines={[{ name: t("golden.milliseconds"), values: times }]}
          moments={moments}
          max={Math.ceil(slowest / 10) * 10}
          format={(value) => formats.number(value)}
          said={said}
        />
      )}
    </div>
  );
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
