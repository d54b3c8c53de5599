import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

import { useT } from "@/i18n/provider";

import { IconButton } from "./button";
import { cn } from "./class-names";

/** A table that scrolls sideways inside its frame on narrow screens; `relative` holds its hidden texts in it. `label` names it for assistive technology. */
export function Table({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    <div tabIndex={0} role="group" aria-label={label} className="relative overflow-x-auto rounded-lg border border-line bg-surface">
      <table className={cn("w-full border-collapse text-left text-sm", className)}>{children}</table>
    </div>
  );
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead className="border-b border-line bg-sunken text-[0.8125rem] text-muted">
      <tr>{children}</tr>
    </thead>
  );
}

export function TableBody({ children }: { children: ReactNode }) {
  return <tbody className="divide-y divide-line">{children}</tbody>;
}

export function Row({ className, ...rest }: ComponentProps<"tr">) {
  return <tr className={cn("hover:bg-sunken/60 aria-selected:bg-accent-soft", className)} {...rest} />;
}

export function HeadCell({ className, ...rest }: ComponentProps<"th">) {
  return <th scope="col" className={cn("px-3 py-2 font-medium whitespace-nowrap", className)} {...rest} />;
}

export function Cell({ className, ...rest }: ComponentProps<"td">) {
  return <td className={cn("px-3 py-2.5 align-middle", className)} {...rest} />;
}

export type Direction = "ascending" | "descending";

interface SortCellProps {
  children: string;
  /** Of this column; null when another one sorts. */
  direction: Direction | null;
  onSort: () => void;
  className?: string;
}

export function SortCell({ children, direction, onSort, className }: SortCellProps) {
  const t = useT();
  const Arrow = direction === "descending" ? ArrowDown : ArrowUp;
  return (
    <HeadCell aria-sort={direction ?? "none"} className={className}>
      <button
        type="button"
        onClick={onSort}
        title={t("common.sortBy", { column: children })}
        className="inline-flex min-h-6 items-center gap-1 rounded hover:text-ink"
      >
        {children}
        <Arrow aria-hidden className={cn("size-3.5", !direction && "opacity-0")} />
      </button>
    </HeadCell>
  );
}

interface PagerProps {
  offset: number;
  limit: number;
  total: number;
  onOffset: (offset: number) => void;
}

/** Where one is in a long list, and the way on. Nothing when all fits. */
export function Pager({ offset, limit, total, onOffset }: PagerProps) {
  const t = useT();
  if (total <= limit && offset === 0) return null;
  const to = Math.min(offset + limit, total);
  return (
    <nav className="mt-3 flex items-center justify-end gap-2 text-sm text-muted">
      <span className="figures mr-2">{t("common.range", { from: Math.min(offset + 1, total), to, total })}</span>
      <IconButton
        label={t("common.previous")}
        icon={<ChevronLeft aria-hidden />}
        disabled={offset === 0}
        onClick={() => onOffset(Math.max(0, offset - limit))}
      />
      <IconButton label={t("common.next")} icon={<ChevronRight aria-hidden />} disabled={to >= total} onClick={() => onOffset(offset + limit)} />
    </nav>
  );
}
