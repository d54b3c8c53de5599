import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useState, useSyncExternalStore, type ReactNode } from "react";

import type { Turn } from "@/api/types";

import { streamAnswer } from "./api/answer-stream";
import { conversationQuery } from "./api/get-conversation";
import { stopAnswer } from "./api/stop-answer";
import type { LiveTurn } from "./live-turn";
import { LiveTurns } from "./live-turns";

const LiveTurnsContext = createContext<LiveTurns | null>(null);

/** Brings what the stream said into the cached conversation, so that no request has to ask for it again. */
function store(queries: QueryClient, live: LiveTurn): void {
  const { conversationId, turnId } = live;
  if (conversationId === null || turnId === null) return;
  const at = new Date(live.askedAt).toISOString();
  const turn: Turn = {
    id: turnId,
    question: live.question,
    answer: live.answer,
    error: live.failure?.message || null,
    feedback: null,
    feedback_reason: null,
    created_at: at,
  };
  queries.setQueryData(conversationQuery(conversationId).queryKey, (before) => {
    const conversation = before ?? { id: conversationId, title: live.title, pinned: false, created_at: at, updated_at: at, turns: [] };
    return { ...conversation, turns: [...conversation.turns.filter(({ id }) => id !== turnId), turn] };
  });
  void queries.invalidateQueries({ queryKey: ["conversations"] });
  // The stream broke off: the server knows better than this page what became of the turn.
  if (live.failure?.code === "offline") void queries.invalidateQueries({ queryKey: ["conversation", conversationId] });
}

export function LiveTurnsProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [turns] = useState(
    () =>
      new LiveTurns({
        stream: streamAnswer,
        stop: stopAnswer,
        now: () => Date.now(),
        onStored: (turn) => store(queries, turn),
      }),
  );
  return <LiveTurnsContext value={turns}>{children}</LiveTurnsContext>;
}

export function useLiveTurns(): LiveTurns {
  const turns = useContext(LiveTurnsContext);
  if (!turns) throw new Error("useLiveTurns outside of LiveTurnsProvider");
  return turns;
}

export function useLiveTurn(find: (turns: LiveTurns) => LiveTurn | null): LiveTurn | null {
  const turns = useLiveTurns();
  return useSyncExternalStore(turns.subscribe, () => find(turns));
}
