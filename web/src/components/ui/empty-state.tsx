import type { ReactNode } from "react";

interface EmptyStateProps {
  title: string;
  /** What to do next, as a sentence. */
  next?: string;
  action?: ReactNode;
}

export function EmptyState({ title, next, action }: EmptyStateProps) {
  return (
    <div className="rounded-lg border border-dashed border-line px-6 py-12 text-center">
      <p className="font-medium">{title}</p>
      {next && <p className="mx-auto mt-1 max-w-prose text-sm text-muted">{next}</p>}
      {action && <div className="mt-5 flex justify-center gap-2">{action}</div>}
    </div>
  );
}
