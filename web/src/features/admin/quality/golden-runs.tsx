import { useFormats } from "@/i18n/provider";
import { Cell, HeadCell, Row, Table, TableBody, TableHead } from "@/components/ui/table";

import type { GoldenRun } from "../api/shapes";
import { useAdminT } from "../texts";
import { wayText } from "./way";

/** Every time the golden questions were asked, newest first, and how the recall moved. */
export function GoldenRuns({ runs }: { runs: readonly GoldenRun[] }) {
  const t = useAdminT();
  const formats = useFormats();
  return (
    <Table label={t("golden.runs")}>
      <TableHead>
        <HeadCell>{t("audit.when")}</HeadCell>
        <HeadCell>{t("golden.reason")}</HeadCell>
        <HeadCell>{t("golden.configuration")}</HeadCell>
        <HeadCell className="text-right">{t("golden.recall")}</HeadCell>
        <HeadCell className="text-right">{t("golden.reciprocalRank")}</HeadCell>
        <HeadCell className="text-right">{t("golden.rightlyRefused")}</HeadCell>
        <HeadCell className="text-right">{t("golden.wronglyRefused")}</HeadCell>
        <HeadCell className="text-right">{t("golden.milliseconds")}</HeadCell>
        <HeadCell className="text-right">{t("golden.questions")}</HeadCell>
        <HeadCell className="text-right">{t("kb.revision")}</HeadCell>
      </TableHead>
      <TableBody>
        {runs.map((run, index) => (
          <Row key={run.id}>
            <Cell className="whitespace-nowrap">
              <time dateTime={run.created_at}>{formats.dateTime(run.created_at)}</time>
            </Cell>
            <Cell className="whitespace-nowrap text-muted">{t(`goldenReason.${run.reason}`)}</Cell>
            <Cell className="whitespace-nowrap text-muted">{wayText(run.configuration, t)}</Cell>
            <Cell className="figures text-right whitespace-nowrap">
              {formats.percent(run.recall)} <Moved now={run.recall} before={before(runs, index)?.recall} />
            </Cell>
            <Cell className="figures text-right">{formats.number(run.reciprocal_rank, 2)}</Cell>
            <Cell className="figures text-right">{run.refusals ? outOf(run.refusals.rightly_refused, run.refusals.unanswerable, t) : "–"}</Cell>
            <Cell className="figures text-right">{run.refusals ? outOf(run.refusals.wrongly_refused, run.refusals.answerable, t) : "–"}</Cell>
            <Cell className="figures text-right">{run.milliseconds === null ? "–" : formats.number(run.milliseconds)}</Cell>
            <Cell className="figures text-right">{formats.number(run.questions)}</Cell>
            <Cell className="figures text-right text-faint">{formats.number(run.revision)}</Cell>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

/** The run before it that ranked in the same way. */
function before(runs: readonly GoldenRun[], index: number): GoldenRun | undefined {
  return runs.slice(index + 1).find(({ configuration }) => configuration === runs[index]?.configuration);
}

function outOf(part: number, whole: number, t: ReturnType<typeof useAdminT>): string {
  return whole > 0 ? t("golden.outOf", { part, whole }) : "–";
}

function Moved({ now, before }: { now: number; before: number | undefined }) {
  const t = useAdminT();
  if (before === undefined || now === before) return null;
  const up = now > before;
  return (
    <span className={up ? "text-ok" : "text-danger"}>
      <span aria-hidden>{up ? "▲" : "▼"}</span>
      <span className="sr-only">{t(up ? "golden.up" : "golden.down")}</span>
    </span>
  );
}
