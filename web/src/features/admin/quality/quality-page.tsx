import { useQuery } from "@tanstack/react-query";
import { ListPlus, Play, Trash2 } from "lucide-react";
import { useState } from "react";

import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { Cell, HeadCell, Row, Table, TableBody, TableHead } from "@/components/ui/table";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";

import { goldenQuestionsQuery, goldenRunsQuery, useRemoveGoldenQuestion, useRunGoldenQuestions } from "../api/golden";
import type { GoldenQuestion } from "../api/shapes";
import { useAdminT } from "../texts";
import { CompareRuns } from "./compare-runs";
import { Complaints } from "./complaints";
import { GoldenQuestionDialog } from "./golden-question-dialog";
import { Reindex } from "./reindex";
import { ReplayQuestion } from "./replay-question";
import { RunTrends } from "./run-trends";
import { Unanswered } from "./unanswered";

const GOOD_RANK = 5;

export function QualityPage({ knowledgeBaseId }: { knowledgeBaseId: string }) {
  const t = useAdminT();
  const toasts = useToasts();
  const [adding, setAdding] = useState(false);
  const questions = useQuery(goldenQuestionsQuery(knowledgeBaseId));
  const runs = useQuery(goldenRunsQuery(knowledgeBaseId));
  const run = useRunGoldenQuestions(knowledgeBaseId);
  const remove = useRemoveGoldenQuestion(knowledgeBaseId);
  const some = questions.data !== undefined && questions.data.length > 0;
  const add = (
    <Button look={some ? "outline" : "primary"} onClick={() => setAdding(true)}>
      <ListPlus aria-hidden className="size-4" />
      {t("golden.add")}
    </Button>
  );
  return (
    <div className="space-y-8">
      <section>
        <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-prose text-sm text-muted">{t("golden.lead")}</p>
          {some && (
            <div className="flex flex-wrap gap-2">
              {add}
              <Button look="primary" busy={run.isPending} onClick={() => run.mutate({}, { onError: toasts.showError })}>
                {!run.isPending && <Play aria-hidden className="size-4" />}
                {t("golden.run")}
              </Button>
            </div>
          )}
        </div>
        {questions.isPending && <Working text={t("golden.loading")} />}
        {questions.error && <ErrorNote error={questions.error} onRetry={() => void questions.refetch()} />}
        {questions.data?.length === 0 && <EmptyState title={t("golden.none")} next={t("golden.noneNext")} action={add} />}
        {some && (
          <Questions
            knowledgeBaseId={knowledgeBaseId}
            questions={questions.data}
            asked={(runs.data?.length ?? 0) > 0}
            onRemove={(id) => remove.mutate(id, { onError: toasts.showError })}
          />
        )}
      </section>
      {runs.error && <ErrorNote error={runs.error} onRetry={() => void runs.refetch()} />}
      {runs.data && runs.data.length > 0 && <RunTrends runs={runs.data} />}
      {some && runs.data && <CompareRuns knowledgeBaseId={knowledgeBaseId} runs={runs.data} />}
      <Unanswered knowledgeBaseId={knowledgeBaseId} />
      <Complaints knowledgeBaseId={knowledgeBaseId} golden={new Set(questions.data?.map(({ question }) => question))} />
      <Reindex knowledgeBaseId={knowledgeBaseId} />
      {adding && <GoldenQuestionDialog knowledgeBaseId={knowledgeBaseId} right={{ is: "any" }} onClose={() => setAdding(false)} />}
    </div>
  );
}

interface QuestionsProps {
  knowledgeBaseId: string;
  questions: readonly GoldenQuestion[];
  /** Whether any run has been. */
  asked: boolean;
  onRemove: (id: string) => void;
}

function Questions({ knowledgeBaseId, questions, asked, onRemove }: QuestionsProps) {
  const t = useAdminT();
  return (
    <Table label={t("golden.title")}>
      <TableHead>
        <HeadCell>{t("golden.question")}</HeadCell>
        <HeadCell className="hidden sm:table-cell">{t("golden.expected")}</HeadCell>
        <HeadCell>{t("golden.rank")}</HeadCell>
        <HeadCell>
          <span className="sr-only">{t("actions.title")}</span>
        </HeadCell>
      </TableHead>
      <TableBody>
        {questions.map((question) => (
          <Row key={question.id}>
            <Cell className="[overflow-wrap:anywhere] sm:min-w-56">
              {question.question}
              <div className="text-[0.8125rem] text-muted sm:hidden">
                <Expected question={question} />
              </div>
            </Cell>
            <Cell className="hidden min-w-48 text-muted [overflow-wrap:anywhere] sm:table-cell">
              <Expected question={question} />
            </Cell>
            <Cell>{asked && !question.unanswerable && <Rank rank={question.rank} />}</Cell>
            <Cell className="w-0 whitespace-nowrap">
              <ReplayQuestion question={question.question} knowledgeBaseId={knowledgeBaseId} />
              <IconButton label={t("golden.remove", { question: question.question })} icon={<Trash2 aria-hidden />} onClick={() => onRemove(question.id)} />
            </Cell>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

function Expected({ question }: { question: GoldenQuestion }) {
  const t = useAdminT();
  return (
    <>
      {question.filename && <span className="block font-mono text-xs">{question.filename}</span>}
      {question.phrase && <span className="block">{t("golden.quoted", { phrase: question.phrase })}</span>}
      {question.unanswerable && t("golden.mustRefuse")}
    </>
  );
}

function Rank({ rank }: { rank: number | null }) {
  const t = useAdminT();
  if (rank === null) return <Badge tone="danger">{t("golden.notFound")}</Badge>;
  return <Badge tone={rank <= GOOD_RANK ? "ok" : "warn"}>{t("find.rank", { rank })}</Badge>;
}
