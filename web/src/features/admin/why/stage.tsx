import type { ReactNode } from "react";

/** One stage of the replay: its name, and what it did. */
export function StageSection({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 border-b border-line pb-2">
        <h2 className="text-lg font-semibold">{title}</h2>
        {aside && <span className="figures text-sm text-muted">{aside}</span>}
      </div>
      {children}
    </section>
  );
}
