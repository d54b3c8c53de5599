/** Where the words of a quote stand in a document's blocks, whatever became of the white space between them. */

export interface TextBlock {
  readonly ordinal: number;
  readonly text: string;
}

/** Characters start..end (exclusive) of the text of a block. */
export interface Mark {
  readonly start: number;
  readonly end: number;
}

export type Marks = ReadonlyMap<number, readonly Mark[]>;

const ALIKE: Readonly<Record<string, string>> = { "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‐": "-", "‑": "-", "–": "-", "—": "-" };

/** Joins of characters: what remains of a text when space, soft hyphens, case and styles of quotes do not count. */
function essence(text: string): { characters: string; offsets: number[] } {
  let characters = "";
  const offsets: number[] = [];
  for (let offset = 0; offset < text.length; offset += 1) {
    const character = text.charAt(offset);
    if (/[\s\u00ad\u200b\ufeff]/.test(character)) continue;
    const folded = (ALIKE[character] ?? character).toLowerCase();
    characters += folded;
    for (let count = 0; count < folded.length; count += 1) offsets.push(offset);
  }
  return { characters, offsets };
}

/** The quote's place in these blocks as marks per block; null when its words are not there. It may span blocks. */
export function locateQuote(blocks: readonly TextBlock[], quote: string): Marks | null {
  const wanted = essence(quote).characters;
  if (wanted === "") return null;
  const parts = blocks.map((block) => ({ block, ...essence(block.text) }));
  const found = parts.map(({ characters }) => characters).join("").indexOf(wanted);
  if (found < 0) return null;
  const end = found + wanted.length;
  const marks = new Map<number, Mark[]>();
  let passed = 0;
  for (const { block, characters, offsets } of parts) {
    const from = Math.max(0, found - passed);
    const to = Math.min(characters.length, end - passed);
    const first = offsets[from];
    const last = offsets[to - 1];
    if (from < to && first !== undefined && last !== undefined) marks.set(block.ordinal, [{ start: first, end: last + 1 }]);
    passed += characters.length;
  }
  return marks;
}

/** First in the blocks that the citation names, then, when the document has changed since, anywhere. */
export function locateCitation(blocks: readonly TextBlock[], quote: string, first: number, last: number): Marks | null {
  const named = blocks.filter(({ ordinal }) => ordinal >= first && ordinal <= last);
  return locateQuote(named, quote) ?? locateQuote(blocks, quote);
}

export interface Segment {
  readonly text: string;
  readonly marked: boolean;
}

/** A text cut at the borders of its marks, in order. */
export function segmentsOf(text: string, marks: readonly Mark[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const { start, end } of marks) {
    if (start > at) segments.push({ text: text.slice(at, start), marked: false });
    segments.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) segments.push({ text: text.slice(at), marked: false });
  return segments;
}

/** Lines of a text (from 1) that marks touch. */
export function markedLines(text: string, marks: readonly Mark[]): ReadonlySet<number> {
  const lines = new Set<number>();
  let offset = 0;
  text.split("\n").forEach((line, index) => {
    const end = offset + line.length;
    if (marks.some((mark) => mark.start < end && mark.end > offset)) lines.add(index + 1);
    offset = end + 1;
  });
  return lines;
}
