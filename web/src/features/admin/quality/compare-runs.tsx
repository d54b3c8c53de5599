import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { Field, Input, Select } from "@/components/ui/input";
import { Cell, HeadCell, Row, Table, TableBody, TableHead } from "@/components/ui/table";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useFormats } from "@/i18n/provider";

import { goldenRunQuery, useRunGoldenQuestions } from "../api/golden";
import type { GoldenRun, GoldenRunDetail } from "../api/shapes";
import { useAdminT } from "../texts";
import { compared, type Change } from "./compared";
import { isLive, ORDERS, wayText, type Order } from "./way";

const TONES: Record<Change, Tone> = { worse: "danger", better: "ok", same: "neutral" };

/** Two runs side by side, and the way to make one that ranks otherwise. `runs` come newest first. */
export function CompareRuns({ knowledgeBaseId, runs }: { knowledgeBaseId: string; runs: readonly GoldenRun[] }) {
  const t = useAdminT();
  const [chosen, setChosen] = useState<{ first?: string; second?: string }>({});
  // What was just asked beside what people get now; without another way, the last two.
  const second = runs.find(({ id }) => id === chosen.second) ?? runs[0];
  const first = runs.find(({ id }) => id === chosen.first) ?? runs.find((run) => run.id !== second?.id && isLive(run));
  return (
    <section aria-label={t("compare.title")}>
      <h2 className="text-lg font-semibold">{t("compare.title")}</h2>
      <p className="mt-1 mb-4 max-w-prose text-sm text-muted">{t("compare.text")}</p>
      <OtherWay knowledgeBaseId={knowledgeBaseId} onAsked={() => setChosen({ first: first?.id })} />
      {first && second ? (
        <>
          <div className="mt-5 mb-4 grid gap-3 sm:grid-cols-2">
            <RunSelect label={t("compare.first")} runs={runs} value={first.id} onChange={(id) => setChosen({ second: second.id, first: id })} />
            <RunSelect label={t("compare.second")} runs={runs} value={second.id} onChange={(id) => setChosen({ first: first.id, second: id })} />
          </div>
          <Both first={first.id} second={second.id} />
        </>
      ) : (
        <p className="mt-4 text-sm text-muted">{t("compare.needTwo")}</p>
      )}
    </section>
  );
}

function OtherWay({ knowledgeBaseId, onAsked }: { knowledgeBaseId: string; onAsked: () => void }) {
  const t = useAdminT();
  const toasts = useToasts();
  const run = useRunGoldenQuestions(knowledgeBaseId);
  const [order, setOrder] = useState<Order>("keywords");
  const [candidates, setCandidates] = useState("");
  return (
    <form
      className="flex flex-wrap items-end gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const count = Number.parseInt(candidates, 10);
        const way = { order, ...(Number.isNaN(count) ? {} : { candidates: count }) };
        if (!run.isPending) run.mutate(way, { onSuccess: onAsked, onError: toasts.showError });
      }}
    >
      <Field label={t("compare.way")} className="w-52">
        {(control) => (
          <Select {...control} value={order} onChange={(event) => setOrder(ORDERS.find((known) => known === event.target.value) ?? "live")}>
            {ORDERS.map((known) => (
              <option key={known} value={known}>
                {t(`goldenWay.${known}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t("compare.candidates")} className="w-36">
        {(control) => (
          <Input
            {...control}
            type="number"
            min={10}
            max={500}
            placeholder={t("compare.candidatesHint")}
            value={candidates}
            onChange={(event) => setCandidates(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" busy={run.isPending}>
        {t("compare.run")}
      </Button>
    </form>
  );
}

interface RunSelectProps {
  label: string;
  runs: readonly GoldenRun[];
  value: string;
  onChange: (id: string) => void;
}

function RunSelect({ label, runs, value, onChange }: RunSelectProps) {
  const t = useAdminT();
  const formats = useFormats();
  return (
    <Field label={label}>
      {(control) => (
        <Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
          {runs.map((run) => (
            <option key={run.id} value={run.id}>
              {`${formats.dateTime(run.created_at)} · ${formats.percent(run.recall)} · ${wayText(run.configuration, t)}`}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function Both({ first, second }: { first: string; second: string }) {
  const t = useAdminT();
  const one = useQuery(goldenRunQuery(first));
  const other = useQuery(goldenRunQuery(second));
  const error = one.error ?? other.error;
  if (error) return <ErrorNote error={error} />;
  if (!one.data || !other.data) return <Working text={t("compare.loading")} />;
  return <Ranks first={one.data} second={other.data} />;
}

function Ranks({ first, second }: { first: GoldenRunDetail; second: GoldenRunDetail }) {
  const t = useAdminT();
  const formats = useFormats();
  const rows = compared(first, second);
  const count = (wanted: Change) => rows.filter(({ change }) => change === wanted).length;
  const figures = { first: formats.percent(first.recall), second: formats.percent(second.recall) };
  return (
    <>
      <p role="status" className="mb-3 text-sm">
        {t("compare.summary", { ...figures, better: count("better"), worse: count("worse"), same: count("same") })}
      </p>
      <Table label={t("compare.ranks")}>
        <TableHead>
          <HeadCell>{t("golden.question")}</HeadCell>
          <HeadCell className="text-right">{t("compare.rankOf", { run: "A" })}</HeadCell>
          <HeadCell className="text-right">{t("compare.rankOf", { run: "B" })}</HeadCell>
          <HeadCell>{t("compare.change")}</HeadCell>
        </TableHead>
        <TableBody>
          {rows.map(({ id, question, first: before, second: after, change }) => (
            <Row key={id}>
              <Cell className="min-w-36 [overflow-wrap:anywhere] sm:min-w-56">{question}</Cell>
              <Cell className="figures text-right">{before ?? t("golden.notFound")}</Cell>
              <Cell className="figures text-right">{after ?? t("golden.notFound")}</Cell>
              <Cell>
                <Badge tone={TONES[change]}>{t(`compare.${change}`)}</Badge>
              </Cell>
            </Row>
          ))}
        </TableBody>
      </Table>
    </>
  );
}
