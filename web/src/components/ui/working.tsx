import { useEffect, useState } from "react";

import { cn } from "./class-names";

const PATIENCE_MS = 300;

/** Says in words what is being waited for, once the wait is long enough to be noticed. */
export function Working({ text, className }: { text: string; className?: string }) {
  const [noticed, setNoticed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setNoticed(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p role="status" className={cn("flex min-h-6 items-center gap-2.5 text-sm text-muted", className)}>
      {noticed && (
        <>
          <span aria-hidden className="size-1.5 animate-breathe rounded-full bg-accent" />
          {text}
        </>
      )}
    </p>
  );
}
