/** The answer's sentences, each with its citations as small superior figures. */
import type { ReactNode } from "react";

import type { Citation, Sentence } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { Tooltip } from "@/components/ui/tooltip";
import { useT } from "@/i18n/provider";

import { gap, passagesOf } from "./prose";

/** What is under the pointer or has the focus: a sentence lights its sources, a source lights its sentences. */
export interface Lit {
  readonly by: "sentence" | "source";
  readonly numbers: readonly number[];
}

interface MarksProps {
  sentences: readonly Sentence[];
  citations: readonly Citation[];
  lit: Lit | null;
  onLit: (lit: Lit | null) => void;
  onOpen: (number: number) => void;
}

export function SentenceMarks(props: MarksProps) {
  const t = useT();
  return (
    <div className="space-y-4 text-[1.0625rem] leading-[1.75] [:lang(zh)_&]:leading-[1.9]">
      {passagesOf(props.sentences).map(({ kind, sentences }) => {
        const words = sentences.map(({ sentence, index }, position) => {
          const before = sentences[position - 1]?.sentence;
          const space = before ? gap(before.citations.length ? " " : before.text, sentence.text) : "";
          return <Marked key={index} sentence={sentence} space={space} {...props} />;
        });
        const key = sentences[0]?.index;
        if (kind === "prose") return <p key={key}>{words}</p>;
        return (
          <blockquote key={key} aria-label={t("answer.quotation")} className="border-l-2 border-accent pl-4 font-source">
            <span aria-hidden>“</span>
            {words}
            <span aria-hidden>”</span>
          </blockquote>
        );
      })}
    </div>
  );
}

function Marked({ sentence, space, citations, lit, onLit, onOpen }: MarksProps & { sentence: Sentence; space: string }) {
  const t = useT();
  const light = () => onLit({ by: "sentence", numbers: sentence.citations });
  const isLit = lit?.by === "source" && sentence.citations.some((number) => lit.numbers.includes(number));
  const text = (
    <span className={cn("rounded-xs transition-colors", isLit && "bg-accent-soft box-decoration-clone")}>{sentence.text}</span>
  );
  return (
    <span onMouseEnter={light} onMouseLeave={() => onLit(null)} onFocus={light} onBlur={() => onLit(null)} className="animate-appear">
      {space}
      {sentence.verdict === "weak" ? <Weak reason={sentence.reason}>{text}</Weak> : text}
      {sentence.citations.map((number) => (
        <Figure
          key={number}
          number={number}
          label={t("answer.openSource", { number, title: citations.find((c) => c.number === number)?.document_title ?? "" })}
          isLit={lit?.numbers.includes(number) ?? false}
          onOpen={onOpen}
        />
      ))}
    </span>
  );
}

function Weak({ reason, children }: { reason: string | null; children: ReactNode }) {
  const t = useT();
  return (
    <Tooltip text={reason ? t("answer.weakReason", { reason }) : t("answer.weak")}>
      <span
        tabIndex={0}
        role="note"
        className="rounded-xs underline decoration-warn decoration-dotted decoration-2 underline-offset-[0.28em]"
      >
        {children}
      </span>
    </Tooltip>
  );
}

interface FigureProps {
  number: number;
  label: string;
  isLit: boolean;
  onOpen: (number: number) => void;
}

/** The pseudo-element makes the small figure a target of 24 px without moving the line. */
function Figure({ number, label, isLit, onOpen }: FigureProps) {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={() => onOpen(number)}
      className={cn(
        "figures relative mx-[0.1em] rounded-xs px-[0.2em] align-[0.5em] font-sans text-[0.68em] leading-none font-semibold text-accent",
        "after:absolute after:-inset-x-1 after:-inset-y-2 hover:bg-accent-soft hover:text-accent-strong",
        isLit && "bg-accent-soft text-accent-strong",
      )}
    >
      {number}
    </button>
  );
}
