import { memo, useEffect, useRef, useState } from "react";

import { passageText } from "@/components/quote-text";
import { cn } from "@/components/ui/class-names";

import type { Chunk } from "../api/shapes";
import { useAdminT } from "../texts";

interface ChunkListProps {
  chunks: readonly Chunk[];
  active: ReadonlySet<string>;
  /** Rank among all that the question found, by chunk. */
  ranks: ReadonlyMap<string, number>;
  /** The chunk to bring into view; `turn` changes when it should be done again. */
  shown: { id: string; turn: number } | null;
  onHover: (chunk: Chunk | null) => void;
  onChoose: (chunk: Chunk) => void;
}

export function ChunkList({ chunks, active, ranks, shown, onHover, onChoose }: ChunkListProps) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (shown) list.current?.querySelector(`[data-chunk="${CSS.escape(shown.id)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  return (
    <ol ref={list} onMouseLeave={() => onHover(null)} className="space-y-2.5 p-3 sm:p-4">
      {chunks.map((chunk) => (
        <ChunkCard
          key={chunk.id}
          chunk={chunk}
          active={active.has(chunk.id)}
          rank={ranks.get(chunk.id) ?? null}
          onHover={onHover}
          onChoose={onChoose}
        />
      ))}
    </ol>
  );
}

interface ChunkCardProps {
  chunk: Chunk;
  active: boolean;
  rank: number | null;
  onHover: (chunk: Chunk) => void;
  onChoose: (chunk: Chunk) => void;
}

const ChunkCard = memo(function ChunkCard({ chunk, active, rank, onHover, onChoose }: ChunkCardProps) {
  const t = useAdminT();
  const [open, setOpen] = useState(false);
  const place = [chunk.page !== null && t("chunk.page", { page: chunk.page }), ...chunk.headings].filter(Boolean).join(" › ");
  return (
    <li data-chunk={chunk.id}>
      <button
        type="button"
        onMouseEnter={() => onHover(chunk)}
        onFocus={() => onHover(chunk)}
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
          onChoose(chunk);
        }}
        className={cn(
          "block w-full rounded-md border px-3.5 py-2.5 text-left transition-colors",
          active ? "border-accent bg-mark/50" : "border-line bg-surface hover:border-line-strong",
        )}
      >
        <span className="mb-1 flex items-baseline gap-2 text-xs text-faint">
          <span className="figures font-medium text-muted">{t("chunk.number", { number: chunk.ordinal + 1 })}</span>
          <span className="min-w-0 truncate">{place}</span>
          {rank !== null && <span className="figures ml-auto shrink-0 font-medium text-accent">{t("find.rank", { rank })}</span>}
        </span>
        <span className={cn("text-sm leading-relaxed [overflow-wrap:anywhere]", open ? "block whitespace-pre-line" : "line-clamp-4")}>{passageText(chunk.text)}</span>
      </button>
    </li>
  );
});
