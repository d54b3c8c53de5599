import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";

import type { Block } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { Working } from "@/components/ui/working";

import { chunksQuery, documentTextQuery } from "../api/get-document";
import type { Chunk, DocumentDetail } from "../api/shapes";
import { isWorking } from "../progress-of";
import { useAdminT } from "../texts";
import { chunksAt, rangeOf } from "./block-ranges";
import { ChunkList } from "./chunk-list";
import { FindBox } from "./find-box";
import { TextPane } from "./text-pane";

interface DocumentPanesProps {
  document: DocumentDetail;
  renderText: (blocks: readonly Block[]) => ReactNode;
}

/** What the document says at the left, what search has of it at the right; pointing at one marks the other. */
export function DocumentPanes({ document, renderText }: DocumentPanesProps) {
  const t = useAdminT();
  if (document.chunks === 0) {
    return (
      <div className="mt-5">
        <EmptyState title={t(isWorking(document) ? "panes.working" : "panes.none")} next={t(isWorking(document) ? "panes.workingNext" : "panes.noneNext")} />
      </div>
    );
  }
  return <Panes document={document} renderText={renderText} />;
}

type Side = "text" | "chunks";
const NO_RANKS: ReadonlyMap<string, number> = new Map();
const PANE = "h-[72dvh] min-h-96 overflow-hidden rounded-lg border border-line bg-surface lg:block";

function Panes({ document, renderText }: DocumentPanesProps) {
  const t = useAdminT();
  const version = `${document.version_number}:${document.chunks}`;
  const text = useQuery(documentTextQuery(document.id, version));
  const chunks = useQuery(chunksQuery(document.id, version));
  const [side, setSide] = useState<Side>("text");
  const [pointed, setPointed] = useState<readonly Chunk[]>([]);
  const [ranks, setRanks] = useState(NO_RANKS);
  const [goTo, setGoTo] = useState(0);
  const [shown, setShown] = useState<{ id: string; turn: number } | null>(null);
  const active = useMemo(() => new Set(pointed.map(({ id }) => id)), [pointed]);
  const body = useMemo(() => text.data && renderText(text.data.blocks), [text.data, renderText]);
  const [first] = pointed;
  const all = chunks.data ?? [];

  const point = (found: readonly Chunk[]) =>
    setPointed((before) => (before.length === found.length && before.every((chunk, index) => chunk === found[index]) ? before : found));
  const chooseChunk = (chunk: Chunk) => {
    point([chunk]);
    setSide("text");
    setGoTo((turn) => turn + 1);
  };
  const chooseBlock = (block: number) => {
    const found = chunksAt(all, block);
    point(found);
    if (found[0]) setShown({ id: found[0].id, turn: goTo });
  };
  return (
    <>
      <div role="group" aria-label={t("panes.choose")} className="mt-5 mb-3 flex gap-1 lg:hidden">
        {(["text", "chunks"] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={side === each}
            onClick={() => setSide(each)}
            className="h-9 rounded-md px-3 text-sm font-medium text-muted hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent"
          >
            {each === "text" ? t("panes.text") : t("panes.chunks", { count: document.chunks })}
          </button>
        ))}
      </div>
      <div className="grid gap-5 lg:mt-5 lg:grid-cols-[minmax(0,1.15fr)_minmax(0,1fr)]">
        <div className={cn(PANE, side !== "text" && "hidden")}>
          {text.error && <ErrorNote error={text.error} onRetry={() => void text.refetch()} />}
          {text.isPending && <Working text={t("panes.loadingText")} className="p-6" />}
          {body && (
            <TextPane
              label={t("panes.text")}
              marked={first ? rangeOf(first) : null}
              goTo={goTo}
              onBlock={(block) => point(block === null ? [] : chunksAt(all, block))}
              onChoose={chooseBlock}
            >
              {body}
            </TextPane>
          )}
        </div>
        <div className={cn(PANE, side !== "chunks" && "hidden", "lg:flex lg:flex-col", side === "chunks" && "flex flex-col")}>
          <FindBox
            knowledgeBaseId={document.knowledge_base_id}
            documentId={document.id}
            onFound={setRanks}
            onChoose={(id) => {
              const chunk = all.find((each) => each.id === id);
              if (chunk) {
                chooseChunk(chunk);
                setShown({ id, turn: goTo });
              }
            }}
          />
          <div className="min-h-0 grow overflow-y-auto">
            {chunks.error && <ErrorNote error={chunks.error} onRetry={() => void chunks.refetch()} />}
            {chunks.isPending && <Working text={t("panes.loadingChunks")} className="p-6" />}
            <ChunkList
              chunks={all}
              active={active}
              ranks={ranks}
              shown={shown}
              onHover={(chunk) => point(chunk ? [chunk] : [])}
              onChoose={chooseChunk}
            />
          </div>
        </div>
      </div>
    </>
  );
}
