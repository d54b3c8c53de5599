import { useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";

import { ApiError } from "@/api/errors";
import type { Attachment, Citation, Turn } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useKeys } from "@/hooks/use-keys";
import { usePageTitle } from "@/hooks/use-page-title";
import { useT } from "@/i18n/provider";

import { conversationQuery } from "./api/get-conversation";
import { knowledgeBasesQuery } from "./api/get-knowledge-bases";
import { Composer } from "./composer";
import { asWire, isFiltered, type Filters } from "./filters";
import { FilterChips, FiltersMenu } from "./filters-menu";
import { FilesAlone } from "./files/files-alone";
import { useFileDrafts, within } from "./files/use-file-drafts";
import { KnowledgeBaseMenu } from "./knowledge-base-choice";
import { isWorking, type LiveTurn } from "./live-turn";
import { useLiveTurn, useLiveTurns } from "./live-turns-provider";
import { NoFollowUp } from "./no-knowledge-bases";
import { sourcesOf } from "./prose";
import { TurnView } from "./turn-view";
import { useSearchIn } from "./use-search-in";

/** A citation that is open in the Reader. */
export interface OpenSource {
  readonly turn: string;
  readonly source: number;
}

interface ConversationPageProps {
  conversationId: string;
  filters: Filters;
  onFilters: (filters: Filters) => void;
  open: OpenSource | null;
  onOpen: (open: OpenSource | null) => void;
  /** The Reader for a turn's citations; where it stands is the page's matter. */
  reader: (citations: readonly Citation[], open: OpenSource) => ReactNode;
  /** The way out of a conversation that is gone. */
  home: ReactNode;
}

export function ConversationPage({ conversationId, filters, onFilters, open, onOpen, reader, home }: ConversationPageProps) {
  const t = useT();
  const conversation = useQuery(conversationQuery(conversationId));
  const live = useLiveTurn((all) => all.ofConversation(conversationId));
  usePageTitle(conversation.data?.title ?? t("ask.title"));
  if (conversation.error && !conversation.data) {
    const gone = conversation.error instanceof ApiError && conversation.error.status === 404;
    return (
      <div className="mx-auto w-full max-w-2xl px-5 py-[16vh]">
        {gone ? (
          <EmptyState title={t("conversation.gone")} next={t("conversation.goneNext")} action={home} />
        ) : (
          <ErrorNote error={conversation.error} onRetry={() => void conversation.refetch()} />
        )}
      </div>
    );
  }
  if (!conversation.data) return <Working text={t("app.loading")} className="p-8" />;
  const turns = withLive(conversation.data.turns, live);
  const shown = open && turns.find(({ id }) => id === open.turn);
  const citations = shown ? citationsOf(shown, live) : [];
  return (
    <div className="flex grow">
      <Turns
        key={conversationId}
        conversationId={conversationId}
        filters={filters}
        onFilters={onFilters}
        turns={turns}
        files={conversation.data.attachments ?? []}
        live={live}
        open={open}
        onOpen={onOpen}
      />
      {open && citations.some(({ number }) => number === open.source) && reader(citations, open)}
    </div>
  );
}

/** The stored turns, and after them the one on the way if the server has not stored it yet. */
function withLive(stored: readonly Turn[], live: LiveTurn | null): Turn[] {
  if (!live || stored.some(({ id }) => id === live.turnId)) return [...stored];
  const created_at = new Date(live.askedAt).toISOString();
  const { question, answer } = live;
  return [...stored, { id: live.turnId ?? live.key, question, answer, error: null, feedback: null, feedback_reason: null, created_at }];
}

const liveOf = (turn: Turn, live: LiveTurn | null) => (live && (turn.id === live.turnId || turn.id === live.key) ? live : null);

function citationsOf(turn: Turn, live: LiveTurn | null): readonly Citation[] {
  const own = liveOf(turn, live);
  const answer = own?.answer ?? turn.answer;
  return answer ? sourcesOf(answer) : (own?.citations ?? []);
}

interface TurnsProps {
  conversationId: string;
  filters: Filters;
  onFilters: (filters: Filters) => void;
  turns: readonly Turn[];
  files: readonly Attachment[];
  live: LiveTurn | null;
  open: OpenSource | null;
  onOpen: (open: OpenSource | null) => void;
}

function Turns({ conversationId, filters, onFilters, turns, files, live, open, onOpen }: TurnsProps) {
  const t = useT();
  const toasts = useToasts();
  const liveTurns = useLiveTurns();
  const knowledgeBases = useQuery(knowledgeBasesQuery);
  const readable = knowledgeBases.data ?? [];
  const nothingToRead = knowledgeBases.data?.length === 0 && files.length === 0;
  const searchIn = useSearchIn(readable);
  const drafts = useFileDrafts();
  const [active, setActive] = useState<string | null>(null);
  const working = live !== null && isWorking(live);
  const askWithin = (question: string, wanted: Filters) => {
    if (live && isWorking(live)) return;
    const searched = { ...within(searchIn.ids, drafts, files.length), filters: asWire(wanted) };
    liveTurns.ask({ question, conversation_id: conversationId, ...searched }, isFiltered(wanted));
    drafts.asked();
  };
  const ask = (question: string) => askWithin(question, filters);
  const askWithoutFilters = (question: string) => {
    onFilters({});
    askWithin(question, {});
  };
  const stop = () => {
    if (live) liveTurns.stop(live.key).catch(toasts.showError);
  };
  useKeys((key) => {
    if (key === "Escape" && working && !open) {
      stop();
      return true;
    }
    const turn = turns.find(({ id }) => id === (open?.turn ?? active)) ?? turns.at(-1);
    const citation = turn && citationsOf(turn, live).find(({ number }) => String(number) === key);
    if (!turn || !citation) return false;
    onOpen({ turn: turn.id, source: citation.number });
    return true;
  });
  const last = turns.at(-1);
  useQuestionAtTop(last?.id ?? null);
  return (
    <div className="@container flex min-w-0 grow flex-col px-5 lg:px-10">
      <h1 className="sr-only">{turns[0]?.question ?? t("ask.title")}</h1>
      <div className="mx-auto w-full max-w-[38rem] grow @min-[56rem]:max-w-[66rem]">
        {turns.map((turn, index) => (
          <article
            key={turn.id}
            data-turn={turn.id}
            aria-label={turn.question}
            onMouseEnter={() => setActive(turn.id)}
            onFocus={() => setActive(turn.id)}
            className={cn(
              "scroll-mt-14 pt-8 pb-10 lg:scroll-mt-0",
              index > 0 && "border-t border-line",
              // Room for the newest question to stand at the top while its answer grows downwards.
              index > 0 && turn === last && "min-h-[calc(100dvh-9rem)]",
            )}
          >
            <TurnView
              conversationId={conversationId}
              turn={turn}
              files={files.filter(({ turn_id }) => turn_id === turn.id)}
              live={liveOf(turn, live)}
              current={open?.turn === turn.id ? open.source : null}
              onOpen={(source) => onOpen({ turn: turn.id, source })}
              // After a reload nobody remembers what an earlier turn was asked with; the last one's is in the address.
              filtered={liveOf(turn, live)?.filtered ?? (turn === last && isFiltered(filters))}
              onAskAgain={() => ask(turn.question)}
              onAskWithoutFilters={() => askWithoutFilters(turn.question)}
            />
          </article>
        ))}
      </div>
      <div className="sticky bottom-0 z-10 -mx-2 bg-paper px-2 pt-2 pb-4 print:hidden">
        <div className="mx-auto w-full max-w-[38rem] @min-[56rem]:prose-and-rail @min-[56rem]:max-w-[66rem]">
          <div className="min-w-0 space-y-2">
            {nothingToRead ? (
              <NoFollowUp />
            ) : (
              <>
                <FilterChips knowledgeBaseIds={searchIn.ids} filters={filters} onFilters={onFilters} />
                <Composer
                  placeholder={t("ask.followUp")}
                  working={working}
                  files={drafts}
                  tools={
                    <>
                      {drafts.drafts.length + files.length > 0 && <FilesAlone files={drafts} />}
                      <KnowledgeBaseMenu readable={readable} searchIn={searchIn} />
                      <FiltersMenu side="top" knowledgeBaseIds={searchIn.ids} filters={filters} onFilters={onFilters} />
                    </>
                  }
                  onAsk={ask}
                  onStop={stop}
                />
              </>
            )}
          </div>
        </div>
      </div>
    </div>
  );
}

/** Brings the newest question to the top when it appears; nothing moves while its answer comes. */
function useQuestionAtTop(turnId: string | null): void {
  const first = useRef(true);
  const [reduced] = useState(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
  useLayoutEffect(() => {
    if (turnId === null) return;
    const element = document.querySelector(`[data-turn="${CSS.escape(turnId)}"]`);
    element?.scrollIntoView({ block: "start", behavior: first.current || reduced ? "auto" : "smooth" });
  }, [turnId, reduced]);
  useEffect(() => {
    first.current = false;
  }, []);
}
