import { useEffect, useRef } from "react";

import type { Answer, Citation, Confidence, Context, Sentence } from "@/api/types";
import { en } from "@/i18n/en";
import { useFormats, useT } from "@/i18n/provider";

import { ReplayLink, useIsAdmin } from "./replay-link";

type ReasonKey = Extract<keyof typeof en, `reason.${string}`>;

function isReasonKey(key: string): key is ReasonKey {
  return key in en;
}

/** A word and a bar; "why?" opens the reasons, and for administrators every stage's scores. */
export function ConfidenceNote({ answer, sources }: { answer: Answer; sources: readonly Citation[] }) {
  const t = useT();
  const admin = useIsAdmin();
  const { confidence } = answer;
  return (
    <details className="group text-sm">
      <summary className="inline-flex min-h-7 flex-wrap items-center gap-x-2.5 rounded-md text-muted">
        <span>{t("confidence.label")}</span>
        <span className="font-medium text-ink">{t(`confidence.${confidence.level}`)}</span>
        <Bar share={confidence.value} />
        <span className="text-accent underline decoration-accent/40 underline-offset-4 group-hover:decoration-accent">{t("confidence.why")}</span>
      </summary>
      <div className="mt-2 mb-3 space-y-4 rounded-lg bg-sunken px-4 py-3.5">
        <Reasons confidence={confidence} sentences={answer.sentences} />
        {answer.context && <ContextLine context={answer.context} />}
        {admin && sources.length > 0 && <Scores sources={sources} />}
        <ReplayLink answer={answer} />
      </div>
    </details>
  );
}

/** What the model was given to read, and what was cut from it, in one line. */
function ContextLine({ context }: { context: Context }) {
  const t = useT();
  const { whole = 0, too_long: tooLong = 0 } = context;
  const parts = [t("context.read", { count: context.passages })];
  if (context.widened > 0) parts.push(t("context.widened", { count: context.widened }));
  if (whole > 0) parts.push(t("context.whole", { count: whole }));
  if (context.left_out > 0) parts.push(t("context.left", { count: context.left_out }));
  if (tooLong > 0) parts.push(t("context.tooLong", { count: tooLong }));
  if (context.shortened) parts.push(t("context.shortened"));
  return <p className="figures text-muted">{parts.join(" · ")}</p>;
}

function Bar({ share }: { share: number }) {
  const fill = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (fill.current) fill.current.style.width = `${Math.round(share * 100)}%`;
  }, [share]);
  return (
    <span aria-hidden className="h-1 w-16 overflow-hidden rounded-full bg-line">
      <span ref={fill} className="block h-full rounded-full bg-accent" />
    </span>
  );
}

function Reasons({ confidence, sentences }: { confidence: Confidence; sentences: readonly Sentence[] }) {
  const t = useT();
  const words = confidence.reasons.map((code) => {
    const key = `reason.${code}`;
    return isReasonKey(key) ? t(key) : code.replaceAll("_", " ");
  });
  const weak = sentences.flatMap(({ verdict, reason }) => (verdict === "weak" && reason ? [t("answer.weakReason", { reason })] : []));
  const lines = [...new Set([...words, ...weak])];
  return (
    <div>
      <h4 className="font-medium">{t("confidence.reasons")}</h4>
      {lines.length === 0 ? (
        <p className="mt-1 text-muted">{t("confidence.none")}</p>
      ) : (
        <ul className="mt-1 list-disc space-y-0.5 pl-5 text-muted marker:text-line-strong">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

const STAGES = ["bm25", "dense", "fused", "rerank"] as const;

function Scores({ sources }: { sources: readonly Citation[] }) {
  const t = useT();
  const formats = useFormats();
  const cell = (value: number | null, digits: number) => (value === null ? "–" : formats.number(value, digits));
  return (
    <div className="overflow-x-auto">
      <table className="figures w-full max-w-md text-left text-[0.8125rem]">
        <caption className="pb-1 text-left text-sm font-medium">{t("confidence.stages")}</caption>
        <thead className="text-muted">
          <tr>
            <th scope="col" className="py-1 pr-4 font-normal">
              {t("confidence.source")}
            </th>
            {STAGES.map((stage) => (
              <th key={stage} scope="col" className="py-1 pl-4 text-right font-normal">
                {t(`confidence.${stage}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sources.map(({ number, scores }) => (
            <tr key={number} className="border-t border-line">
              <th scope="row" className="py-1 pr-4 font-medium text-accent">
                {number}
              </th>
              {STAGES.map((stage) => (
                <td key={stage} className="py-1 pl-4 text-right">
                  {cell(scores[stage], stage === "fused" ? 4 : 2)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
