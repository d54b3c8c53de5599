import { useEffect, useRef } from "react";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/**
 * Listens to single keys on the whole page. The listener says with `true` that a key was its own.
 * Keys typed into fields, with modifiers, or inside a modal dialog that is not the listener's own are left alone.
 */
export function useKeys(listener: (key: string) => boolean, options: { insideDialogs?: boolean } = {}): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  const { insideDialogs = false } = options;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (isTyping(event.target) && event.key !== "Escape") return;
      if (!insideDialogs && document.querySelector("dialog[open]")) return;
      if (latest.current(event.key)) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [insideDialogs]);
}
