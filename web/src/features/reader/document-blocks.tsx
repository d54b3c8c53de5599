/** A document's blocks as a page to read: each kind in its own way, the cited words marked. */
import { memo, type ReactNode } from "react";

import type { Block } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { useT } from "@/i18n/provider";

import { markedLines, segmentsOf, type Mark, type Marks } from "./locate-quote";
import { MarkdownTable } from "./markdown-table";

interface DocumentBlocksProps {
  blocks: readonly Block[];
  marks: Marks | null;
  /** Cited as a whole when the very words were not found. */
  cited: { first: number; last: number } | null;
}

export const DocumentBlocks = memo(function DocumentBlocks({ blocks, marks, cited }: DocumentBlocksProps) {
  const whole = marks === null ? cited : null;
  return (
    <div className="space-y-3.5 text-[0.9875rem] leading-[1.7] break-words [:lang(zh)_&]:leading-[1.85]">
      {groupsOf(blocks).map((group, index, groups) => {
        const first = group[0];
        if (!first) return null;
        const items = group.map((block) => (
          <BlockView
            key={block.ordinal}
            block={block}
            marks={marks?.get(block.ordinal) ?? []}
            cited={whole !== null && block.ordinal >= whole.first && block.ordinal <= whole.last}
          />
        ));
        return (
          <div key={first.ordinal} className="space-y-3.5">
            <Separator before={groups[index - 1]?.at(-1)} block={first} />
            {first.kind === "list_item" ? <ul className="list-disc space-y-1.5 pl-5 marker:text-line-strong">{items}</ul> : items}
          </div>
        );
      })}
    </div>
  );
});

/** Neighbouring list items of a page are one list; every other block stands alone. */
function groupsOf(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const joins = before?.kind === "list_item" && block.kind === "list_item" && before.page === block.page;
    if (group && joins) group.push(block);
    else groups.push([block]);
  }
  return groups;
}

function Separator({ before, block }: { before: Block | undefined; block: Block }) {
  const t = useT();
  const pageTurns = block.page !== null && block.page !== before?.page;
  const sheetTurns = block.sheet !== null && block.sheet !== before?.sheet;
  if (!pageTurns && !sheetTurns) return null;
  const label = pageTurns ? t("reader.page", { page: block.page ?? 0 }) : t("reader.sheet", { sheet: block.sheet ?? "" });
  return (
    <div role="separator" aria-label={label} className="flex items-center gap-3 pt-3 pb-1 text-xs text-faint first:pt-0">
      <span aria-hidden className="figures">
        {label}
      </span>
      <span aria-hidden className="h-px grow bg-line" />
    </div>
  );
}

/** A list item that brings its number or bullet along: "1. ", "(2) ", "a) ", "③", "四、", "• ". It needs none before it. */
const HAS_OWN_MARKER = /^\s*(?:[•‣◦▪●○■□·]|[–-]\s|[(（]?(?:\d{1,3}|[a-zA-Z])[.)）．](?=\s|[\u2e80-\uffef])|[(（]?(?:\d{1,3}|[一二三四五六七八九十百]{1,4})[、)）]|[\u2460-\u249b])/;

function BlockView({ block, marks, cited }: { block: Block; marks: readonly Mark[]; cited: boolean }) {
  const t = useT();
  const place = {
    "data-block": block.ordinal,
    "data-cited": cited || marks.length > 0 || undefined,
    className: cn(cited && "-ml-3.5 border-l-2 border-accent bg-mark/40 pl-3"),
  };
  const words = <Words text={block.text} marks={marks} />;
  switch (block.kind) {
    case "title":
    case "heading":
      return (
        <div
          role="heading"
          aria-level={Math.min(6, block.level + 2)}
          {...place}
          className={cn(place.className, "pt-2 leading-snug font-semibold", headingSize(block))}
        >
          {words}
        </div>
      );
    case "list_item":
      return (
        <li {...place} className={cn(place.className, HAS_OWN_MARKER.test(block.text) && "list-none")}>
          {words}
        </li>
      );
    case "table":
      return (
        <div tabIndex={0} role="group" aria-label={t("reader.table")} {...place} className={cn(place.className, "overflow-x-auto")}>
          <MarkdownTable text={block.text} marked={markedLines(block.text, marks)} />
        </div>
      );
    case "code":
      return (
        <pre tabIndex={0} {...place} className={cn(place.className, "overflow-x-auto rounded-md bg-sunken px-4 py-3 font-mono text-[0.8125rem] leading-relaxed")}>
          <code>{words}</code>
        </pre>
      );
    case "caption":
    case "footnote":
      return (
        <p {...place} className={cn(place.className, "text-sm text-muted")}>
          {words}
        </p>
      );
    case "paragraph":
      return (
        <p {...place} className={cn(place.className, "whitespace-pre-line")}>
          {words}
        </p>
      );
  }
}

function headingSize(block: Block): string {
  if (block.kind === "title") return "text-2xl tracking-tight [:lang(zh)_&]:tracking-normal";
  if (block.level <= 1) return "text-lg";
  return "text-base";
}

function Words({ text, marks }: { text: string; marks: readonly Mark[] }): ReactNode {
  if (marks.length === 0) return text;
  return segmentsOf(text, marks).map((segment, index) =>
    segment.marked ? (
      <mark key={index} className="rounded-xs bg-mark box-decoration-clone py-[0.1em] text-ink">
        {segment.text}
      </mark>
    ) : (
      segment.text
    ),
  );
}
