/** How the answers of a knowledge base are made, and what that does to its golden questions before it is saved. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { Field } from "@/components/ui/input";
import { useToasts } from "@/components/ui/toast";
import { useFormats } from "@/i18n/provider";

import { useChangePolicy } from "../api/change-policy";
import { goldenQuestionsQuery, goldenRunsQuery, useRunGoldenQuestions } from "../api/golden";
import type { AdminKnowledgeBase } from "../api/shapes";
import { useAdminT } from "../texts";
import { effectOf, judgedRun } from "./refusal-effect";
import { WishField } from "./wish-field";

const USUAL = 0.5;
const STEP = 0.01;

export function AnswersSection({ knowledgeBase }: { knowledgeBase: AdminKnowledgeBase }) {
  const t = useAdminT();
  const formats = useFormats();
  const toasts = useToasts();
  const save = useChangePolicy(knowledgeBase.id);
  const [checking, setChecking] = useState(knowledgeBase.checking);
  const [threshold, setThreshold] = useState(knowledgeBase.refuse_below);
  const [leaving, setLeaving] = useState<"stays" | "may_leave">(knowledgeBase.may_leave ? "may_leave" : "stays");
  const value = threshold ?? USUAL;
  const wanted = { checking, refuse_below: threshold, may_leave: leaving === "may_leave" };
  return (
    <form
      aria-labelledby="answers-title"
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(wanted, { onSuccess: () => toasts.show({ text: t("policy.saved") }) });
      }}
    >
      <div>
        <h2 id="answers-title" className="font-medium">
          {t("policy.title")}
        </h2>
        <p className="mt-1 text-sm text-muted">{t("policy.lead")}</p>
      </div>
      <WishField
        name="checking"
        legend={t("policy.checking")}
        wishes={[
          { value: "strict", text: t("policy.strict"), hint: t("policy.strictHint") },
          { value: "marked", text: t("policy.marked"), hint: t("policy.markedHint") },
        ]}
        chosen={checking}
        onChoose={setChecking}
      />
      <Field label={t("policy.threshold")} hint={t("policy.thresholdHint", { usual: formats.percent(USUAL) })}>
        {(control) => (
          <div className="flex items-center gap-3">
            <input
              {...control}
              type="range"
              min={0}
              max={1}
              step={STEP}
              value={value}
              aria-valuetext={formats.percent(value)}
              onChange={(event) => setThreshold(Number(event.target.value))}
              className="h-6 min-w-0 flex-1 cursor-pointer accent-accent"
            />
            <output className="figures w-12 text-right text-sm">{formats.percent(value)}</output>
          </div>
        )}
      </Field>
      {threshold !== null && (
        <Button type="button" size="small" onClick={() => setThreshold(null)}>
          {t("policy.usual")}
        </Button>
      )}
      <Effect knowledgeBaseId={knowledgeBase.id} threshold={value} />
      <WishField
        name="leaving"
        legend={t("policy.leaving")}
        wishes={[
          { value: "stays", text: t("policy.stays"), hint: t("policy.staysHint") },
          { value: "may_leave", text: t("policy.mayLeave"), hint: t("policy.mayLeaveHint") },
        ]}
        chosen={leaving}
        onChoose={setLeaving}
      />
      {save.error && <ErrorNote error={save.error} />}
      <div className="flex justify-end">
        <Button type="submit" look="primary" busy={save.isPending}>
          {t("policy.save")}
        </Button>
      </div>
    </form>
  );
}

function Effect({ knowledgeBaseId, threshold }: { knowledgeBaseId: string; threshold: number }) {
  const t = useAdminT();
  const formats = useFormats();
  const questions = useQuery(goldenQuestionsQuery(knowledgeBaseId));
  const runs = useQuery(goldenRunsQuery(knowledgeBaseId));
  const ask = useRunGoldenQuestions(knowledgeBaseId);
  if (!questions.data || !runs.data) return null;
  const run = judgedRun(runs.data);
  const effect = effectOf(threshold, questions.data, run?.refusals?.chances ?? {});
  const counts = { answerable: effect.answerable, unanswerable: effect.unanswerable };
  const refused = effect.wronglyRefused.length;
  const answered = effect.wronglyAnswered.length;
  const some = counts.answerable + counts.unanswerable > 0;
  const askable = questions.data.some((question) => !question.unanswerable);
  return (
    <section aria-labelledby="effect-title" className="rounded-lg border border-line bg-sunken px-4 py-3 text-sm">
      <h3 id="effect-title" className="font-medium">
        {t("policy.effect")}
      </h3>
      <div role="status" className="mt-1 space-y-1">
        {counts.answerable > 0 && <p>{t("policy.answerable", { count: counts.answerable, answered: counts.answerable - refused, refused })}</p>}
        {counts.unanswerable > 0 && (
          <p>{t("policy.unanswerable", { count: counts.unanswerable, refused: counts.unanswerable - answered, answered })}</p>
        )}
        {!some && <p className="text-muted">{askable ? t("policy.unmeasured") : t("policy.noGolden")}</p>}
      </div>
      <Mistakes title={t("policy.wronglyRefused")} questions={effect.wronglyRefused} />
      <Mistakes title={t("policy.wronglyAnswered")} questions={effect.wronglyAnswered} />
      {askable && (
        <div className="mt-2 flex flex-wrap items-center gap-3">
          <Button type="button" size="small" busy={ask.isPending} onClick={() => ask.mutate({})}>
            {t("policy.measure")}
          </Button>
          {run && <span className="text-muted">{t("policy.measuredAt", { when: formats.dateTime(run.created_at) })}</span>}
        </div>
      )}
      {ask.error && <ErrorNote error={ask.error} />}
    </section>
  );
}

function Mistakes({ title, questions }: { title: string; questions: readonly string[] }) {
  if (questions.length === 0) return null;
  return (
    <div className="mt-2">
      <h4 className="text-muted">{title}</h4>
      <ul className="ml-4 list-disc">
        {questions.map((question) => (
          <li key={question} className="break-words">
            {question}
          </li>
        ))}
      </ul>
    </div>
  );
}
