import { X } from "lucide-react";
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import { useT } from "@/i18n/provider";

import { Button, IconButton } from "./button";
import { cn } from "./class-names";
import { useErrorText } from "./error-note";

const SHOWN_MS = 8000;

interface ToastContent {
  text: string;
  tone?: "plain" | "danger";
  /** What takes the action back, e.g. "Undo". */
  action?: { label: string; onPress: () => void };
}

interface Toasts {
  show(toast: ToastContent): void;
  /** A failed action: its sentence and next step. */
  showError(error: unknown): void;
}

const ToastContext = createContext<Toasts | null>(null);

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error("useToasts outside of ToastProvider");
  return toasts;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useT();
  const errorText = useErrorText();
  const [shown, setShown] = useState<readonly (ToastContent & { id: number })[]>([]);
  const nextId = useRef(0);
  const show = useCallback((toast: ToastContent) => {
    nextId.current += 1;
    const id = nextId.current;
    setShown((before) => [...before.slice(-2), { ...toast, id }]);
  }, []);
  const dismiss = useCallback((id: number) => setShown((before) => before.filter((toast) => toast.id !== id)), []);
  const toasts = useMemo<Toasts>(
    () => ({
      show,
      showError(error) {
        const { sentence, detail, next, id } = errorText(error);
        show({ text: [sentence, next, detail, id && `(${id})`].filter(Boolean).join(" "), tone: "danger" });
      },
    }),
    [show, errorText],
  );
  return (
    <ToastContext value={toasts}>
      {children}
      <section
        aria-label={t("common.notifications")}
        aria-live="polite"
        className="pointer-events-none fixed inset-x-4 top-4 z-50 flex flex-col items-center gap-2 print:hidden"
      >
        {shown.map((toast) => (
          <Toast key={toast.id} toast={toast} onDone={() => dismiss(toast.id)} />
        ))}
      </section>
    </ToastContext>
  );
}

function Toast({ toast, onDone }: { toast: ToastContent; onDone: () => void }) {
  const t = useT();
  const [held, setHeld] = useState(false);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => done.current(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held]);
  return (
    <div
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className={cn(
        "pointer-events-auto flex max-w-[min(36rem,100%)] animate-appear items-center gap-2 rounded-lg border bg-surface py-1.5 pr-1.5 pl-4 text-sm shadow-lift",
        toast.tone === "danger" ? "border-danger/50 text-danger" : "border-line",
      )}
    >
      <span className="min-w-0 break-words">{toast.text}</span>
      {toast.action && (
        <Button
          look="quiet"
          size="small"
          className="text-accent"
          onClick={() => {
            toast.action?.onPress();
            onDone();
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton label={t("common.dismiss")} icon={<X aria-hidden />} onClick={onDone} />
    </div>
  );
}
