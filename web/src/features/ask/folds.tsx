/** What is folded away under or above an answer: the model's reasoning, which part was missing, and the count of what was withheld. */
import { ChevronRight, EyeOff } from "lucide-react";
import { useEffect, useState } from "react";

import { useFormats, useT } from "@/i18n/provider";

import { isWorking, reasoningSeconds, type LiveTurn } from "./live-turn";

const TICK_MS = 1000;

/** Seconds of reasoning, counting while it goes on. */
function useReasoningSeconds(live: LiveTurn | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  const ticking = live !== null && isWorking(live) && live.reasoningFrom !== null && live.reasoningTo === null;
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [ticking]);
  return live && reasoningSeconds(live, Math.max(now, live.reasoningFrom ?? 0));
}

export function ReasoningFold({ text, live }: { text: string; live: LiveTurn | null }) {
  const t = useT();
  const formats = useFormats();
  const seconds = useReasoningSeconds(live);
  if (!text.trim()) return null;
  return (
    <details className="group text-sm print:hidden">
      <summary className="inline-flex min-h-7 items-center gap-1.5 rounded-md text-muted hover:text-ink">
        <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
        <span className="figures">
          {seconds === null ? t("answer.reasoning") : t("answer.reasoningFor", { time: formats.seconds(Math.round(seconds)) })}
        </span>
      </summary>
      <p className="mt-1 ml-1.5 max-h-80 overflow-y-auto border-l border-line py-1 pl-4 leading-relaxed break-words whitespace-pre-wrap text-muted">
        {text.trim()}
      </p>
    </details>
  );
}

/** Says how many, and why in general. NOTE: a single reason may name the very figure that was invented, so none is shown. */
export function WithheldFold({ count }: { count: number }) {
  const t = useT();
  if (count === 0) return null;
  return (
    <details className="group text-sm text-muted">
      <summary className="inline-flex min-h-7 items-center gap-2 rounded-md hover:text-ink">
        <EyeOff aria-hidden className="size-3.5 shrink-0" />
        <span className="underline decoration-line-strong decoration-dotted underline-offset-4">{t("answer.withheld", { count })}</span>
      </summary>
      <p className="mt-1 mb-2 ml-5.5 max-w-prose">{t("answer.withheldWhy")}</p>
    </details>
  );
}

/** One line says that a part was missing; the server's sentences about it are in the fold. */
export function DegradedFold({ note }: { note: string }) {
  const t = useT();
  return (
    <details className="group">
      <summary className="inline-flex min-h-7 items-center gap-1.5 rounded-md hover:text-ink">
        <ChevronRight aria-hidden className="size-3.5 shrink-0 transition-transform group-open:rotate-90" />
        <span>{t("answer.degraded")}</span>
      </summary>
      <p lang="en" className="mt-1 mb-2 ml-1.5 max-w-prose border-l border-line pl-4">
        {note}
      </p>
    </details>
  );
}
