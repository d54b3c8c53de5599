/** A question and its answer, on the way or done, with its sources beside it where there is room. */
import { BookOpenText } from "lucide-react";
import { useState, type ReactNode } from "react";

import type { Answer, Attachment, Citation, Turn } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { useLanguage, useT } from "@/i18n/provider";

import { AnswerActions } from "./answer-actions";
import { isUnfinished } from "./api/get-conversation";
import { ConfidenceNote } from "./confidence-note";
import { DegradedFold, ReasoningFold, WithheldFold } from "./folds";
import { TurnFiles } from "./files/turn-files";
import { isWorking, type LiveTurn } from "./live-turn";
import { sourcesOf } from "./prose";
import { Refusal } from "./refusal";
import { SentenceMarks, type Lit } from "./sentence-marks";
import { SourceList } from "./source-list";
import { StageLine } from "./stage-line";
import { WholeTerms } from "./whole-terms";

interface TurnViewProps {
  conversationId: string;
  turn: Turn;
  /** That it was asked with. */
  files: readonly Attachment[];
  live: LiveTurn | null;
  /** The citation of this turn that the Reader shows. */
  current: number | null;
  onOpen: (number: number) => void;
  /** Only documents that fit filters were searched. */
  filtered: boolean;
  onAskAgain: () => void;
  onAskWithoutFilters: () => void;
}

export function TurnView({ conversationId, turn, files, live, current, onOpen, filtered, onAskAgain, onAskWithoutFilters }: TurnViewProps) {
  const t = useT();
  const [lit, setLit] = useState<Lit | null>(null);
  const answer = live?.answer ?? turn.answer;
  const sources = answer ? sourcesOf(answer) : (live?.citations ?? []);
  const sentences = answer?.sentences ?? live?.sentences ?? [];
  const marks = { citations: sources, lit, onLit: setLit, onOpen };
  const working = live !== null && isWorking(live);
  const refused = answer?.outcome === "not_found";
  return (
    <div className="@min-[56rem]:prose-and-rail">
      <div className="max-w-(--measure) min-w-0">
        <h2 className="text-[1.375rem] leading-snug font-semibold tracking-tight text-balance break-words whitespace-pre-wrap [:lang(zh)_&]:tracking-normal">
          <WholeTerms text={turn.question} />
        </h2>
        <TurnFiles conversationId={conversationId} files={files} />
        <div className="mt-4 space-y-4">
          <ReasoningFold text={answer?.reasoning ?? live?.reasoning ?? ""} live={live} />
          {answer && <Preface answer={answer} />}
          {refused ? <Refusal answer={answer} onAskWithoutFilters={filtered ? onAskWithoutFilters : null} /> : <SentenceMarks sentences={sentences} {...marks} />}
          {answer && <Unanswered parts={answer.unanswered ?? []} />}
          <WithheldFold count={answer?.withheld ?? sentences.filter(({ verdict }) => verdict === "withheld").length} />
          {working && <StageLine live={live} />}
          <Trouble turn={turn} live={live} onAskAgain={onAskAgain} />
          {answer && !refused && <ConfidenceNote answer={answer} sources={sources} />}
          {!refused && <SourcesSheet {...marks} current={current} />}
          {answer && (
            <AnswerActions conversationId={conversationId} turn={turn} answer={answer} onAskAgain={onAskAgain} onPrint={() => printOnly(turn.id)} />
          )}
        </div>
        {live?.answer && (
          <p role="status" className="sr-only">
            {t("stage.done")}
          </p>
        )}
      </div>
      {(sources.length > 0 || working) && (
        <section aria-label={`${titleOf(answer, t)}: ${turn.question}`} className={cn("self-start print:mt-8 print:block", refused ? "mt-8 @min-[56rem]:mt-0" : "hidden @min-[56rem]:block")}>
          <h3 className="mb-1.5 text-sm font-semibold">{titleOf(answer, t)}</h3>
          {sources.length > 0 ? (
            <SourceList {...marks} current={current} />
          ) : (
            <p className="text-sm text-faint">{t("sources.none")}</p>
          )}
        </section>
      )}
    </div>
  );
}

function titleOf(answer: Answer | null, t: ReturnType<typeof useT>): string {
  return answer?.outcome === "not_found" ? t("answer.closest") : t("sources.title");
}

/** What has to be known before reading: whose words these are, and what was left out. */
function Preface({ answer }: { answer: Answer }) {
  const t = useT();
  const lines: ReactNode[] = [];
  if (answer.reduced && answer.outcome !== "not_found") lines.push(t(`answer.reduced.${answer.reduced}`));
  if (answer.outcome === "quoted" && answer.reduced !== "quotes") lines.push(t("answer.quoted"));
  if (answer.outcome === "stopped") lines.push(t("answer.stopped"));
  if (answer.standalone_question && answer.standalone_question !== answer.question) {
    lines.push(t("answer.searchedFor", { question: answer.standalone_question }));
  }
  if (lines.length === 0 && !answer.degraded) return null;
  return (
    <div className="space-y-1 text-sm text-muted">
      {lines.map((line, index) => (
        <p key={index}>{line}</p>
      ))}
      {answer.degraded && <DegradedFold note={answer.degraded} />}
    </div>
  );
}

/** Which of several things that were asked the answer leaves open, in the asker's own words. */
function Unanswered({ parts }: { parts: readonly string[] }) {
  const t = useT();
  if (parts.length === 0) return null;
  return (
    <p className="border-l-2 border-line-strong pl-3 text-muted">
      {t("answer.unanswered", { parts: parts.join(" · ") })}
    </p>
  );
}

function Trouble({ turn, live, onAskAgain }: { turn: Turn; live: LiveTurn | null; onAskAgain: () => void }) {
  const t = useT();
  const { language } = useLanguage();
  if (live?.failure) return <ErrorNote error={live.failure} onRetry={onAskAgain} />;
  if (live || turn.answer) return null;
  if (turn.error === null && isUnfinished(turn, new Date())) {
    return (
      <p role="status" className="text-sm text-muted">
        {t("answer.unfinished")}
      </p>
    );
  }
  return (
    <div className="rounded-lg border border-line bg-sunken px-4 py-3 text-sm">
      <p className="font-medium">{language === "en" && turn.error ? turn.error : t("answer.interrupted")}</p>
      {language !== "en" && turn.error && (
        <p lang="en" className="mt-1 text-muted">
          {turn.error}
        </p>
      )}
      <Button size="small" className="mt-2" onClick={onAskAgain}>
        {t("answer.again")}
      </Button>
    </div>
  );
}

interface SourcesSheetProps {
  citations: readonly Citation[];
  current: number | null;
  lit: Lit | null;
  onLit: (lit: Lit | null) => void;
  onOpen: (number: number) => void;
}

/** Where the sources have no room beside the answer: a button that opens them from the bottom. */
function SourcesSheet({ citations, onOpen, ...rest }: SourcesSheetProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  if (citations.length === 0) return null;
  return (
    <div className="@min-[56rem]:hidden print:hidden">
      <Button size="small" onClick={() => setOpen(true)}>
        <BookOpenText aria-hidden className="size-4" />
        {t("sources.count", { count: citations.length })}
      </Button>
      {open && (
        <Dialog title={t("sources.title")} place="bottom" onClose={() => setOpen(false)}>
          <SourceList
            {...rest}
            citations={citations}
            onOpen={(number) => {
              setOpen(false);
              onOpen(number);
            }}
          />
        </Dialog>
      )}
    </div>
  );
}

/** Prints one turn of the conversation; the stylesheet leaves the others out. */
function printOnly(turnId: string): void {
  const root = document.documentElement;
  const chosen = document.querySelector(`[data-turn="${CSS.escape(turnId)}"]`);
  root.toggleAttribute("data-print-one", true);
  chosen?.toggleAttribute("data-print", true);
  window.addEventListener(
    "afterprint",
    () => {
      root.removeAttribute("data-print-one");
      chosen?.removeAttribute("data-print");
    },
    { once: true },
  );
  window.print();
}
