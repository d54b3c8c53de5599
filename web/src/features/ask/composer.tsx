import { ArrowUp, Square } from "lucide-react";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type DragEvent, type KeyboardEvent, type ReactNode } from "react";

import { cn } from "@/components/ui/class-names";
import { Tooltip } from "@/components/ui/tooltip";
import { useKeys } from "@/hooks/use-keys";
import { useT } from "@/i18n/provider";

import { AttachButton } from "./files/attach-button";
import { FileChips } from "./files/file-chips";
import type { FileDrafts } from "./files/use-file-drafts";

const LIMIT = 4000; // characters, as the server counts them
const MAX_HEIGHT = 220; // px

interface ComposerProps {
  placeholder: string;
  /** An answer is on the way: the button stops it instead of sending. */
  working: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  initial?: string;
  /** Files that go with the question. */
  files?: FileDrafts;
  /** Stands at the left of the button row. */
  tools?: ReactNode;
  onAsk: (question: string) => void;
  onStop: () => void;
}

export function Composer({ placeholder, working, disabled = false, autoFocus = false, initial = "", files, tools, onAsk, onStop }: ComposerProps) {
  const t = useT();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(initial);
  const tooLong = text.length > LIMIT && [...text].length > LIMIT;
  const complete = text.trim() !== "" && !tooLong && !disabled && !working;
  const ready = complete && !files?.waiting;
  // Asked while a file is read: it is sent when all are, unless one of them could not be.
  const [queued, setQueued] = useState(false);
  const [dragged, setDragged] = useState(false);
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
    setQueued(complete && !ready);
    if (!ready) return;
    onAsk(text.trim());
    setText("");
  };
  const askQueued = useEffectEvent(() => {
    setQueued(false);
    if (!files?.failed) ask();
  });
  useEffect(() => {
    if (!queued || !ready) return;
    const timer = setTimeout(askQueued);
    return () => clearTimeout(timer);
  }, [queued, ready]);
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
      {...(files && dropping(files, setDragged))}
      className={cn(
        "rounded-xl border bg-surface shadow-lift transition-colors focus-within:border-accent",
        tooLong ? "border-danger" : dragged ? "border-accent bg-accent-soft" : "border-line-strong",
      )}
    >
      {files && <FileChips files={files} />}
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
        onChange={(event) => {
          setText(event.target.value);
          setQueued(false);
        }}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const pasted = [...event.clipboardData.files];
          if (!files || pasted.length === 0) return;
          event.preventDefault();
          files.add(pasted);
        }}
        className="block w-full resize-none bg-transparent px-4 pt-3.5 pb-1 text-[1.0625rem] leading-relaxed outline-none"
      />
      <div className="flex items-center gap-2 px-2 pb-2">
        <div className="flex min-w-0 grow flex-wrap items-center">
          {files && <AttachButton onFiles={files.add} />}
          {tools}
        </div>
        {tooLong && (
          <p id="question-too-long" role="alert" className="text-sm text-danger">
            {t("ask.tooLong", { limit: LIMIT })}
          </p>
        )}
        {queued && (
          <p role="status" className="text-sm text-muted">
            {t("files.queued")}
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

/** What makes a form take files that are dropped on it. */
function dropping(files: FileDrafts, onDragged: (dragged: boolean) => void) {
  const holdsFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  return {
    onDragOver: (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      onDragged(true);
    },
    onDragLeave: (event: DragEvent<HTMLElement>) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) onDragged(false);
    },
    onDrop: (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      onDragged(false);
      files.add([...event.dataTransfer.files]);
    },
  };
}
