import { ArrowUp, Square } from "lucide-react";
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import { cn } from "@/components/ui/class-names";
import { Tooltip } from "@/components/ui/tooltip";
import { useKeys } from "@/hooks/use-keys";
import { useT } from "@/i18n/provider";

const LIMIT = 4000; // characters, as the server counts them
const MAX_HEIGHT = 220; // px

interface ComposerProps {
  placeholder: string;
  /** An answer is on the way: the button stops it instead of sending. */
  working: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  initial?: string;
  /** Stands at the left of the button row. */
  tools?: ReactNode;
  onAsk: (question: string) => void;
  onStop: () => void;
}

export function Composer({ placeholder, working, disabled = false, autoFocus = false, initial = "", tools, onAsk, onStop }: ComposerProps) {
  const t = useT();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(initial);
  const tooLong = text.length > LIMIT && [...text].length > LIMIT;
  const ready = text.trim() !== "" && !tooLong && !disabled && !working;
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, MAX_HEIGHT)}px`;
  }, [text]);
  useKeys((key) => {
    if (key !== "/") return false;
    field.current?.focus();
    return true;
  });
  const ask = () => {
    if (!ready) return;
    onAsk(text.trim());
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter inside an input method picks a word; it does not ask.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    ask();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
      className={cn(
        "rounded-xl border bg-surface shadow-lift transition-colors focus-within:border-accent",
        tooLong ? "border-danger" : "border-line-strong",
      )}
    >
      <textarea
        ref={field}
        rows={1}
        value={text}
        autoFocus={autoFocus}
        aria-label={t("ask.question")}
        aria-invalid={tooLong || undefined}
        aria-describedby={tooLong ? "question-too-long" : undefined}
        placeholder={placeholder}
        title={t("ask.hint")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="block w-full resize-none bg-transparent px-4 pt-3.5 pb-1 text-[1.0625rem] leading-relaxed outline-none"
      />
      <div className="flex items-center gap-2 px-2 pb-2">
        <div className="flex min-w-0 grow items-center">{tools}</div>
        {tooLong && (
          <p id="question-too-long" role="alert" className="text-sm text-danger">
            {t("ask.tooLong", { limit: LIMIT })}
          </p>
        )}
        <Tooltip text={working ? t("ask.stop") : t("ask.send")}>
          <button
            type={working ? "button" : "submit"}
            aria-label={working ? t("ask.stop") : t("ask.send")}
            aria-disabled={!working && !ready ? true : undefined}
            onClick={working ? onStop : undefined}
            className={cn(
              "flex size-9 shrink-0 items-center justify-center rounded-lg transition-colors [&_svg]:size-4",
              working || ready ? "bg-accent text-on-accent hover:bg-accent-strong" : "bg-sunken text-faint",
            )}
          >
            {working ? <Square aria-hidden className="fill-current" /> : <ArrowUp aria-hidden />}
          </button>
        </Tooltip>
      </div>
    </form>
  );
}
