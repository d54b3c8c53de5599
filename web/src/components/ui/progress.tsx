import { useEffect, useRef } from "react";

import { cn } from "./class-names";

interface ProgressProps {
  label: string;
  /** 0 to 1; null when nobody knows how much is left. */
  share: number | null;
  /** It fills its container; limit it with a max-width. */
  className?: string;
}

export function Progress({ label, share, className }: ProgressProps) {
  const bar = useRef<HTMLDivElement>(null);
  const percent = share === null ? null : Math.round(Math.min(1, Math.max(0, share)) * 100);
  useEffect(() => {
    if (bar.current) bar.current.style.width = percent === null ? "100%" : `${percent}%`;
  }, [percent]);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      className={cn("h-1.5 w-full overflow-hidden rounded-full bg-line", className)}
    >
      <div ref={bar} className={cn("h-full rounded-full bg-accent transition-[width]", percent === null && "animate-breathe")} />
    </div>
  );
}
