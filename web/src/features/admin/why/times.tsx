import { Cell, HeadCell, Row, Table, TableBody, TableHead } from "@/components/ui/table";
import { useFormats } from "@/i18n/provider";
import { en } from "@/i18n/admin/quality/en";

import type { Explained } from "../api/shapes";
import { useAdminT } from "../texts";
import { milliseconds } from "./milliseconds";
import { StageSection } from "./stage";

type StageKey = Extract<keyof typeof en, `whyStage.${string}`>;

const isStageKey = (key: string): key is StageKey => key in en;

/** Milliseconds of each stage; those of the searches stand below the stage that they belong to. */
export function Times({ explained }: { explained: Explained }) {
  const t = useAdminT();
  const formats = useFormats();
  const whole = milliseconds(explained.seconds);
  const inSearches = explained.searches.flatMap(({ seconds }) => seconds);
  const rows = explained.seconds.flatMap((stage) => [
    { ...stage, inner: false },
    ...(stage.stage === "searching" ? summed(inSearches).map((each) => ({ ...each, inner: true })) : []),
  ]);
  return (
    <StageSection title={t("why.times")} aside={t("why.took", { ms: formats.number(whole) })}>
      <div className="max-w-xl">
        <Table label={t("why.times")}>
          <TableHead>
            <HeadCell>{t("why.stage")}</HeadCell>
            <HeadCell className="text-right">{t("why.milliseconds")}</HeadCell>
          </TableHead>
          <TableBody>
            {rows.map(({ stage, seconds, inner }) => {
              const key = `whyStage.${stage}`;
              return (
                <Row key={`${stage} ${inner}`}>
                  <Cell className={inner ? "pl-8 text-muted" : "font-medium"}>{isStageKey(key) ? t(key) : stage}</Cell>
                  <Cell className="figures text-right">{formats.number(1000 * seconds, seconds < 0.01 ? 1 : 0)}</Cell>
                </Row>
              );
            })}
          </TableBody>
        </Table>
      </div>
    </StageSection>
  );
}

/** By stage, over all searches. */
function summed(stages: Explained["seconds"]): Explained["seconds"] {
  const total = new Map<string, number>();
  for (const { stage, seconds } of stages) total.set(stage, (total.get(stage) ?? 0) + seconds);
  return [...total].map(([stage, seconds]) => ({ stage, seconds }));
}
