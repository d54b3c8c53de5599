import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";

import { ErrorNote } from "@/components/ui/error-note";
import { useKeys } from "@/hooks/use-keys";
import { usePageTitle } from "@/hooks/use-page-title";
import { useLanguage, useT } from "@/i18n/provider";

import { knowledgeBasesQuery } from "./api/get-knowledge-bases";
import { Composer } from "./composer";
import { asWire, isFiltered, type Filters } from "./filters";
import { FilterChips, FiltersMenu } from "./filters-menu";
import { FilesAlone } from "./files/files-alone";
import { useFileDrafts, within } from "./files/use-file-drafts";
import { KnowledgeBaseToggles } from "./knowledge-base-choice";
import { isWorking, type LiveTurn } from "./live-turn";
import { useLiveTurn, useLiveTurns } from "./live-turns-provider";
import { NoKnowledgeBases } from "./no-knowledge-bases";
import { StageLine } from "./stage-line";
import { suggestionsOf } from "./suggestions";
import { useSearchIn } from "./use-search-in";
import { WholeTerms } from "./whole-terms";

const SUGGESTIONS = 6;

interface AskPageProps {
  /** The server has made a conversation of the question. */
  onStarted: (conversationId: string) => void;
  filters: Filters;
  onFilters: (filters: Filters) => void;
  /** What an administrator without any knowledge base is offered. */
  firstSteps: ReactNode;
}

export function AskPage({ filters, onFilters, onStarted, firstSteps }: AskPageProps) {
  const t = useT();
  const { language } = useLanguage();
  usePageTitle(t("ask.title"));
  const turns = useLiveTurns();
  const [asked, setAsked] = useState<string | null>(null);
  const live = useLiveTurn((all) => all.byKey(asked));
  const knowledgeBases = useQuery(knowledgeBasesQuery);
  const readable = knowledgeBases.data ?? [];
  const searchIn = useSearchIn(readable);
  const files = useFileDrafts();
  const started = live?.conversationId ?? null;
  useEffect(() => {
    if (started !== null) onStarted(started);
  }, [started, onStarted]);
  const ask = (question: string) => setAsked(turns.ask({ question, ...within(searchIn.ids, files), filters: asWire(filters) }, isFiltered(filters)));
  const stop = () => {
    if (asked !== null) turns.drop(asked);
    setAsked(null);
  };
  useKeys((key) => {
    if (key !== "Escape" || !live || !isWorking(live)) return false;
    stop();
    return true;
  });
  if (live && isWorking(live)) return <Sending live={live} onStop={stop} />;
  if (knowledgeBases.data?.length === 0) {
    return <NoKnowledgeBases firstSteps={firstSteps} />;
  }
  return (
    <div className="mx-auto flex w-full max-w-[44rem] grow flex-col justify-center px-5 py-8 lg:pb-[14vh]">
      <h1 className="mb-5 text-center text-[1.625rem] leading-tight font-semibold tracking-tight text-balance [:lang(zh)_&]:tracking-normal">
        {t("ask.heading")}
      </h1>
      {live?.failure && (
        <div className="mb-4">
          <ErrorNote error={live.failure} onRetry={() => ask(live.question)} />
        </div>
      )}
      {knowledgeBases.error && (
        <div className="mb-4">
          <ErrorNote error={knowledgeBases.error} onRetry={() => void knowledgeBases.refetch()} />
        </div>
      )}
      <Composer
        key={live?.key ?? "first"}
        autoFocus
        placeholder={t("ask.placeholder")}
        initial={live?.failure ? live.question : ""}
        working={false}
        files={files}
        onAsk={ask}
        onStop={stop}
      />
      <div className="mt-4 flex min-h-8 flex-wrap items-center gap-2">
        <KnowledgeBaseToggles readable={readable} searchIn={searchIn} />
        {files.drafts.length > 0 && <FilesAlone files={files} />}
        <FiltersMenu side="bottom" knowledgeBaseIds={searchIn.ids} filters={filters} onFilters={onFilters} />
        <FilterChips knowledgeBaseIds={searchIn.ids} filters={filters} onFilters={onFilters} />
      </div>
      <Suggestions
        questions={suggestionsOf(readable.filter(({ id }) => searchIn.ids?.includes(id) ?? true), SUGGESTIONS, language)}
        onAsk={ask}
      />
    </div>
  );
}

/** Between pressing "Ask" and the server's first word. */
function Sending({ live, onStop }: { live: LiveTurn; onStop: () => void }) {
  const t = useT();
  return (
    <div className="flex grow flex-col px-5 pt-8 lg:px-10">
      <h1 className="max-w-(--measure) text-[1.375rem] leading-snug font-semibold tracking-tight break-words">{live.question}</h1>
      <div className="mt-4">
        <StageLine live={live} />
      </div>
      <div className="mt-auto max-w-[46rem] pb-5">
        <Composer placeholder={t("ask.followUp")} working onAsk={() => undefined} onStop={onStop} />
      </div>
    </div>
  );
}

function Suggestions({ questions, onAsk }: { questions: readonly string[]; onAsk: (question: string) => void }) {
  const t = useT();
  if (questions.length === 0) return null;
  return (
    <section aria-label={t("ask.suggestions")} className="mt-8">
      <ul className="grid gap-x-8 sm:grid-cols-2">
        {questions.map((question) => (
          <li key={question} className="border-t border-line">
            <button
              type="button"
              onClick={() => onAsk(question)}
              className="w-full py-3 text-left text-[0.9375rem] leading-snug text-muted transition-colors hover:text-accent"
            >
              <WholeTerms text={question} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
