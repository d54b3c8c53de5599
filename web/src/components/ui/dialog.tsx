import { X } from "lucide-react";
import { useId, useLayoutEffect, useRef, useState, type ReactNode } from "react";

import { useT } from "@/i18n/provider";

import { IconButton } from "./button";
import { cn } from "./class-names";
import { LayerContext } from "./layer";

type Place = "center" | "left" | "bottom" | "full";

const PLACES: Record<Place, string> = {
  center: "m-auto max-h-[85dvh] w-[min(32rem,calc(100vw-2rem))] rounded-xl border border-line",
  left: "m-0 h-dvh max-h-none w-[min(20rem,88vw)] border-r border-line",
  bottom: "mx-0 mt-auto mb-0 max-h-[80dvh] w-full max-w-none rounded-t-xl border-t border-line",
  full: "m-0 h-dvh max-h-none w-full max-w-none",
};

interface DialogProps {
  /** Called on Esc, on a press outside and on the close button; the owner stops rendering the dialog. */
  onClose: () => void;
  title: string;
  description?: string;
  /** Leaves the title to assistive technology; the content shows its own. */
  bare?: boolean;
  place?: Place;
  className?: string;
  children: ReactNode;
}

/** A modal dialog. Focus, Esc, the inert page behind it and the way back are the browser's own. Render it to open it. */
export function Dialog({ onClose, title, description, bare = false, place = "center", className, children }: DialogProps) {
  const t = useT();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [layer, setLayer] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    element.showModal();
    // The browser would choose the close button. A form wants its first field; a drawer must not call up a keyboard.
    const field = place === "center" ? element.querySelector<HTMLElement>("input, textarea, select") : null;
    (field ?? element).focus();
    setLayer(element);
    return () => element.close();
  }, [place]);
  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      // The browser may close it without asking first, when nothing was pressed since it opened.
      onClose={(event) => {
        if (event.target === event.currentTarget && !event.currentTarget.open) onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={cn("animate-appear overflow-hidden bg-surface p-0 shadow-lift outline-none", PLACES[place], className)}
    >
      <LayerContext value={layer}>
        {bare ? (
          <>
            <h2 id={`${id}-title`} className="sr-only">
              {title}
            </h2>
            {children}
          </>
        ) : (
          <div className="flex max-h-[inherit] flex-col">
            <header className="flex items-start gap-4 px-6 pt-5 pb-2">
              <div className="min-w-0 grow">
                <h2 id={`${id}-title`} className="text-lg leading-snug font-semibold">
                  {title}
                </h2>
                {description && (
                  <p id={`${id}-description`} className="mt-1 text-sm text-muted">
                    {description}
                  </p>
                )}
              </div>
              <IconButton label={t("common.close")} icon={<X aria-hidden />} onClick={onClose} className="-mr-2" />
            </header>
            <div className="scroll-pb-24 overflow-y-auto px-6 pt-2 pb-6">{children}</div>
          </div>
        )}
      </LayerContext>
    </dialog>
  );
}

/** The row of buttons at the end of a dialog; it stays in sight while what is above it scrolls. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="sticky -bottom-6 -mx-6 mt-2 -mb-6 flex flex-wrap justify-end gap-2 bg-surface px-6 pt-4 pb-6">{children}</div>;
}
