import type { ReactNode } from "react";

import { usePageTitle } from "@/hooks/use-page-title";

interface AdminPageProps {
  title: string;
  /** What the page is for, in a sentence. */
  lead?: string;
  /** Where it belongs, above the title. */
  trail?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The common head and measure of the administration's pages. */
export function AdminPage({ title, lead, trail, actions, children }: AdminPageProps) {
  usePageTitle(title);
  return (
    <div className="mx-auto w-full max-w-6xl px-4 pt-6 pb-16 sm:px-8 sm:pt-9">
      {trail && <div className="mb-1.5 text-sm text-muted">{trail}</div>}
      <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-2xl leading-snug font-semibold tracking-tight [overflow-wrap:anywhere]">{title}</h1>
          {lead && <p className="mt-1 max-w-prose text-sm text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
