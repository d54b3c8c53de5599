/** The answer's sentences, each with its citations as small superior figures. */
import type { ReactNode } from "react";

import type { Citation, Sentence } from "@/api/types";
import { quoteText } from "@/components/quote-text";
import { cn } from "@/components/ui/class-names";
import { Tooltip } from "@/components/ui/tooltip";
import { useT } from "@/i18n/provider";

import { doubtIn } from "@/i18n/doubt";
import { gap, passagesOf } from "./prose";
import { WholeTerms } from "./whole-terms";

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
        const quoted = kind === "quotation";
        const words = sentences.map(({ sentence, index }, position) => {
          const before = sentences[position - 1]?.sentence;
          const space = before ? gap(before.citations.length ? " " : before.text, sentence.text) : "";
          const text = quoted ? inQuotes(sentence.text, position === 0, position === sentences.length - 1) : sentence.text;
          return <Marked key={index} sentence={sentence} text={text} space={space} {...props} />;
        });
        const key = sentences[0]?.index;
        if (!quoted) return <p key={key}>{words}</p>;
        return (
          <blockquote key={key} aria-label={t("answer.quotation")} className="border-l-2 border-accent pl-4 font-source whitespace-pre-line [text-spacing-trim:trim-start]">
            {words}
          </blockquote>
        );
      })}
    </div>
  );
}

function inQuotes(text: string, opens: boolean, closes: boolean): string {
  return `${opens ? "“" : ""}${quoteText(text)}${closes ? "”" : ""}`;
}

/** The end of a sentence that its figures must not be parted from by a line break: its last word, or two Chinese characters. */
const TAIL = /(?:[\u2e80-\uffef”]{1,3}|[^\s\u2e80-\uffef]{1,16})$/;

function Marked({ sentence, text, space, citations, lit, onLit, onOpen }: MarksProps & { sentence: Sentence; text: string; space: string }) {
  const t = useT();
  const light = () => onLit({ by: "sentence", numbers: sentence.citations });
  const isLit = lit?.by === "source" && sentence.citations.some((number) => lit.numbers.includes(number));
  const end = sentence.citations.length > 0 ? text.search(TAIL) : -1;
  const cut = end < 0 ? text.length : end;
  const look = cn("rounded-xs transition-colors", isLit && "bg-accent-soft box-decoration-clone");
  const figures = sentence.citations.map((number) => (
    <Figure
      key={number}
      number={number}
      label={t("answer.openSource", { number, title: citations.find((citation) => citation.number === number)?.document_title ?? "" })}
      isLit={lit?.numbers.includes(number) ?? false}
      onOpen={onOpen}
    />
  ));
  const head = (
    <span className={look}>
      <WholeTerms text={text.slice(0, cut)} />
    </span>
  );
  const tail = <span className={look}>{text.slice(cut)}</span>;
  return (
    <span onMouseEnter={light} onMouseLeave={() => onLit(null)} onFocus={light} onBlur={() => onLit(null)} className="animate-appear">
      {space}
      <Doubted sentence={sentence}>{head}</Doubted>
      <span className="whitespace-nowrap">
        <span className={doubtLook(sentence)}>{tail}</span>
        {figures}
      </span>
      {sentence.verdict === "unsupported" && <span className="text-sm text-danger"> ({t("answer.unsupported")})</span>}
    </span>
  );
}

const WEAK = "underline decoration-warn decoration-dotted decoration-2 underline-offset-[0.28em]";
const UNSUPPORTED = "underline decoration-danger decoration-wavy decoration-1 underline-offset-[0.28em]";

function doubtLook({ verdict }: Sentence): string | undefined {
  return verdict === "weak" ? WEAK : verdict === "unsupported" ? UNSUPPORTED : undefined;
}

/** Its reason is a tooltip; the words of an unsupported one stand behind it, too, for it must not be overlooked. */
function Doubted({ sentence, children }: { sentence: Sentence; children: ReactNode }) {
  const t = useT();
  const look = doubtLook(sentence);
  if (!look) return children;
  const reason = doubtIn(sentence.reason, t);
  const weak = sentence.verdict === "weak";
  const why = weak ? t("answer.weakReason", { reason }) : t("answer.unsupportedReason", { reason });
  return (
    <Tooltip text={reason ? why : t(weak ? "answer.weak" : "answer.unsupported")}>
      <span tabIndex={0} role="note" className={cn("rounded-xs", look)}>
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
        "figures relative rounded-xs px-[0.2em] align-[0.5em] font-sans text-[0.68em] leading-none font-semibold text-accent",
        "after:absolute after:-inset-x-1 after:-inset-y-2 hover:bg-accent-soft hover:text-accent-strong",
        isLit && "bg-accent-soft text-accent-strong",
      )}
    >
      {number}
    </button>
  );
}
