import { useState, type ReactNode } from "react";

import { useT } from "@/i18n/provider";

export type View = "page" | "text";

const VIEWS: readonly View[] = ["page", "text"];
const STORED = "colophon.reader-view";

/** How this person reads documents that have pages; kept in this browser. */
export function useView(): [View, (view: View) => void] {
  const [view, setView] = useState<View>(() => (localStorage.getItem(STORED) === "text" ? "text" : "page"));
  const choose = (next: View) => {
    localStorage.setItem(STORED, next);
    setView(next);
  };
  return [view, choose];
}

interface ViewBarProps {
  view: View;
  onView: (view: View) => void;
  children?: ReactNode;
}

/** Stays in sight above what is read. What scrolls it says with two variables where its top is and which paper it has. */
export function ViewBar({ view, onView, children }: ViewBarProps) {
  const t = useT();
  return (
    <div className="sticky top-[var(--bar-top,0px)] z-10 -mx-3 mb-4 flex items-center justify-between gap-3 border-b border-line bg-[var(--bar-paper,var(--paper))] px-3 py-1.5">
      <div role="group" aria-label={t("reader.view")} className="flex gap-0.5">
        {VIEWS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={view === each}
            onClick={() => onView(each)}
            className="h-7 rounded-md px-2.5 text-[0.8125rem] text-muted hover:bg-sunken hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent"
          >
            {t(`reader.view.${each}`)}
          </button>
        ))}
      </div>
      {children}
    </div>
  );
}
