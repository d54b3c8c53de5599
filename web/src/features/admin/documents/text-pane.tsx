import { useLayoutEffect, useRef, type ReactNode } from "react";

import type { BlockRange } from "./block-ranges";

interface TextPaneProps {
  label: string;
  /** The blocks of the chunk in question, marked in the text. */
  marked: BlockRange | null;
  /** Changes when the marked blocks should also be scrolled to. */
  goTo: number;
  onBlock: (ordinal: number | null) => void;
  onChoose: (ordinal: number) => void;
  /** Blocks carry `data-block`, their ordinal. */
  children: ReactNode;
}

function blockAt(target: EventTarget): number | null {
  const found = target instanceof Element ? target.closest("[data-block]") : null;
  return found instanceof HTMLElement ? Number(found.dataset.block) : null;
}

/** The document's text. Marks are set on the elements themselves: a long document must not be drawn anew for a hover. */
export function TextPane({ label, marked, goTo, onBlock, onChoose, children }: TextPaneProps) {
  const pane = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = pane.current;
    if (!element || !marked) return;
    const blocks = [...element.querySelectorAll<HTMLElement>("[data-block]")].filter(
      ({ dataset }) => Number(dataset.block) >= marked.first && Number(dataset.block) <= marked.last,
    );
    for (const block of blocks) block.dataset.marked = "";
    return () => {
      for (const block of blocks) delete block.dataset.marked;
    };
  });
  useLayoutEffect(() => {
    if (goTo > 0) pane.current?.querySelector("[data-marked]")?.scrollIntoView({ block: "center" });
  }, [goTo]);
  return (
    <div
      ref={pane}
      role="region"
      aria-label={label}
      tabIndex={0}
      onMouseOver={(event) => onBlock(blockAt(event.target))}
      onMouseLeave={() => onBlock(null)}
      onClick={(event) => {
        const block = blockAt(event.target);
        if (block !== null) onChoose(block);
      }}
      className="h-full overflow-y-auto px-5 py-5 sm:px-7 [&_[data-marked]]:rounded-xs [&_[data-marked]]:bg-mark [&_[data-marked]]:shadow-[0_0_0_0.3rem_var(--mark)]"
    >
      {children}
    </div>
  );
}
