import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useFormats } from "@/i18n/provider";

import { unansweredQuery, useDismissUnanswered, useGroupUnanswered } from "../api/missed";
import type { UnansweredGroup } from "../api/shapes";
import { useAdminT } from "../texts";
import { GoldenQuestionDialog } from "./golden-question-dialog";
import { ReplayQuestion } from "./replay-question";

/** What readers asked and nothing answered, by week and meaning. */
export function Unanswered({ knowledgeBaseId }: { knowledgeBaseId: string }) {
  const t = useAdminT();
  const formats = useFormats();
  const toasts = useToasts();
  const { data, error, isPending, refetch } = useQuery(unansweredQuery(knowledgeBaseId));
  const group = useGroupUnanswered();
  const [making, setMaking] = useState<UnansweredGroup | null>(null);
  const open = data?.groups.filter(({ dismissed }) => !dismissed) ?? [];
  const dismissed = (data?.groups.length ?? 0) - open.length;
  const weeks = [...new Set(open.map(({ week }) => week))];
  return (
    <section aria-label={t("unanswered.title")}>
      <div className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 className="text-lg font-semibold">{t("unanswered.title")}</h2>
          <p className="mt-1 max-w-prose text-sm text-muted">{t("unanswered.lead")}</p>
        </div>
        <Button size="small" busy={group.isPending} onClick={() => group.mutate(undefined, { onError: toasts.showError })}>
          {t("unanswered.groupNow")}
        </Button>
      </div>
      {isPending && <Working text={t("unanswered.loading")} />}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data && open.length === 0 && <p className="text-sm text-muted">{t(data.grouped_at || group.isSuccess ? "unanswered.none" : "unanswered.never")}</p>}
      {weeks.map((week) => (
        <div key={week} className="mt-4">
          <h3 className="mb-1.5 text-sm font-medium text-muted">{t("unanswered.week", { date: formats.date(week) })}</h3>
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {open
              .filter((each) => each.week === week)
              .map((each) => (
                <Group key={each.id} group={each} knowledgeBaseId={knowledgeBaseId} onMake={() => setMaking(each)} />
              ))}
          </ul>
        </div>
      ))}
      {data?.grouped_at && (
        <p className="mt-3 text-xs text-faint">
          {[t("unanswered.groupedAt", { when: formats.dateTime(data.grouped_at) }), dismissed > 0 && t("unanswered.dismissed", { count: dismissed })]
            .filter(Boolean)
            .join(" · ")}
        </p>
      )}
      {making && <GoldenQuestionDialog knowledgeBaseId={knowledgeBaseId} question={making.question} right={{ is: "none" }} onClose={() => setMaking(null)} />}
    </section>
  );
}

interface GroupProps {
  group: UnansweredGroup;
  knowledgeBaseId: string;
  onMake: () => void;
}

function Group({ group, knowledgeBaseId, onMake }: GroupProps) {
  const t = useAdminT();
  const toasts = useToasts();
  const dismiss = useDismissUnanswered();
  const { question, count, examples } = group;
  const near = group.knowledge_bases.map(({ name, maintainer }) => (maintainer ? t("unanswered.maintainer", { name, maintainer }) : name));
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 grow basis-80">
        <p className="font-medium [overflow-wrap:anywhere]">{question}</p>
        <p className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-[0.8125rem] text-muted">
          <Badge tone={count > 1 ? "warn" : "neutral"}>{t("unanswered.asked", { count })}</Badge>
          <span>{near.length > 0 ? t("unanswered.near", { names: near.join(" · ") }) : t("unanswered.nothingNear")}</span>
        </p>
        {examples.length > 0 && (
          <details className="mt-1.5 text-[0.8125rem]">
            <summary className="inline-flex min-h-6 cursor-pointer items-center text-muted hover:text-ink">{t("unanswered.also")}</summary>
            <ul className="list-disc pl-5 text-muted marker:text-line-strong">
              {examples.map((example) => (
                <li key={example} className="[overflow-wrap:anywhere]">
                  {example}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-1">
        <ReplayQuestion question={question} knowledgeBaseId={knowledgeBaseId} />
        <Button size="small" aria-label={t("makeGolden.of", { question })} onClick={onMake}>
          {t("makeGolden.button")}
        </Button>
        <Button
          size="small"
          look="quiet"
          busy={dismiss.isPending}
          aria-label={t("unanswered.dismissOf", { question })}
          onClick={() => dismiss.mutate(group.id, { onError: toasts.showError })}
        >
          {t("unanswered.dismiss")}
        </Button>
      </div>
    </li>
  );
}
