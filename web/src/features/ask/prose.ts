/** Sentences as paragraphs and as text: where spaces and breaks belong, in Latin and in Chinese. */
import type { Answer, Citation, Sentence } from "@/api/types";

import { quoteText } from "@/components/quote-text";

/** Consecutive sentences that are set together. */
export interface Passage {
  readonly kind: "prose" | "quotation";
  readonly sentences: readonly { readonly sentence: Sentence; readonly index: number }[];
}

const NO_SPACE_AFTER = /[\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]$/;
const NO_SPACE_BEFORE = /^[\u3000-\u303f\uff00-\uffef]/;

/** What stands between two sentences: nothing after Chinese punctuation or characters, else a space. */
export function gap(before: string, after: string): "" | " " {
  return NO_SPACE_AFTER.test(before) || NO_SPACE_BEFORE.test(after) ? "" : " ";
}

/** Paragraphs and quotations in order; withheld sentences have no text and are left out. */
export function passagesOf(sentences: readonly Sentence[]): Passage[] {
  const passages: { kind: Passage["kind"]; sentences: { sentence: Sentence; index: number }[] }[] = [];
  let breaks = false;
  sentences.forEach((sentence, index) => {
    breaks ||= sentence.starts_paragraph;
    if (sentence.verdict === "withheld") return;
    const kind = sentence.is_quote ? "quotation" : "prose";
    const last = passages.at(-1);
    if (!last || breaks || last.kind !== kind) passages.push({ kind, sentences: [{ sentence, index }] });
    else last.sentences.push({ sentence, index });
    breaks = false;
  });
  return passages;
}

/** What the answer shows as its sources: those it cites, or the closest ones of a refusal, numbered as shown. */
export function sourcesOf(answer: Answer): Citation[] {
  if (answer.citations.length > 0) return answer.citations;
  return answer.closest.map((citation, index) => ({ ...citation, number: index + 1 }));
}

const RENDERED = /(?<=\])(?=[([:])|(?<=<)(?=[A-Za-z/!?])/g;

/** The same words, in which no reader of Markdown finds an image, a link or HTML: a document's words may look like one. */
function inert(text: string): string {
  return text.replace(RENDERED, " ");
}

/** The words of this language for a place in a document. */
export interface PlaceWords {
  page: (page: number) => string;
  lines: (first: number, last: number) => string;
}

/** The words of this language that an exported answer needs. */
export interface ExportWords extends PlaceWords {
  sources: string;
  notFound: string;
  /** Behind a sentence that the sources do not support. */
  unsupported: string;
  unanswered: (parts: string) => string;
}

type Placed = Pick<Citation, "page" | "headings" | "first_line" | "last_line">;

/** "p. 12, lines 4–6 · Travel › Deadlines"; `lines` brings its comma. Lines are told where they are counted on a page. */
export function placeOf(citation: Placed, words: PlaceWords): string {
  const { page, first_line: first, last_line: last } = citation;
  const lines = first === null ? "" : words.lines(first, last ?? first);
  const onPage = page === null ? "" : words.page(page) + lines;
  return [onPage, citation.headings.join(" › ")].filter(Boolean).join(" · ");
}

function marksOf(sentence: Sentence, words: ExportWords): string {
  if (sentence.verdict === "unsupported") return ` [${words.unsupported}]`;
  return sentence.citations.map((number) => ` [${number}]`).join("");
}

function linesOf(answer: Answer, words: ExportWords, quoteMark: string): string[] {
  return passagesOf(answer.sentences).map(({ kind, sentences }) => {
    const text = sentences.reduce((line, { sentence }) => {
      const cited = (kind === "quotation" ? quoteText(sentence.text) : sentence.text) + marksOf(sentence, words);
      return line ? line + gap(sentence.citations.length ? "]" : line, sentence.text) + cited : cited;
    }, "");
    return kind === "quotation" ? quoteMark + text.replaceAll("\n", `\n${quoteMark}`) : text;
  });
}

function sourceLine(citation: Citation, words: ExportWords): string {
  return [citation.document_title, placeOf(citation, words)].filter(Boolean).join(", ");
}

/** The answer in its paragraphs, and which part of the question it leaves open. */
function bodyOf(answer: Answer, words: ExportWords, quoteMark: string): string[] {
  if (answer.outcome === "not_found") return [words.notFound];
  const open = answer.unanswered ?? [];
  return [...linesOf(answer, words, quoteMark), ...(open.length ? [words.unanswered(open.join(" · "))] : [])];
}

/** As copied: the answer with [n] marks, and what they stand for. */
export function answerAsText(answer: Answer, words: ExportWords): string {
  const body = bodyOf(answer, words, "");
  const sources = answer.citations.map((citation) => `[${citation.number}] ${sourceLine(citation, words)}`);
  return [body.join("\n\n"), sources.length ? `${words.sources}\n${sources.join("\n")}` : ""].filter(Boolean).join("\n\n");
}

export function answerAsMarkdown(answer: Answer, words: ExportWords): string {
  const body = bodyOf(answer, words, "> ");
  const sources = answer.citations.map((citation) => {
    const quote = quoteText(citation.quote).replaceAll("\n", "\n   > ");
    return `${citation.number}. **${citation.document_title}**, ${placeOf(citation, words) || citation.filename}\n   > ${quote}`;
  });
  const parts = [`# ${answer.question}`, ...body, ...(sources.length ? [`## ${words.sources}`, sources.join("\n")] : [])];
  return inert(parts.join("\n\n")) + "\n";
}
