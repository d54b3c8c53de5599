/** Which lines of which pages are marked. */
import type { Block, Box } from "@/api/types";

import type { Marks } from "./locate-quote";

export type BoxesByPage = ReadonlyMap<number, readonly Box[]>;

interface Cited {
  readonly first: number;
  readonly last: number;
  readonly version: number | null;
  readonly boxes: readonly Box[];
}

/**
 * The citation's own lines while the document is what was cited; else those of the words that were found in it, or of
 * the blocks in which they once stood.
 */
export function boxesToMark(blocks: readonly Block[], cited: Cited, version: number, marks: Marks | null): BoxesByPage {
  if (cited.boxes.length > 0 && cited.version === version) return byPage(cited.boxes);
  const found = blocks.flatMap((block) => {
    if (marks === null) return block.ordinal >= cited.first && block.ordinal <= cited.last ? block.boxes : [];
    const own = marks.get(block.ordinal) ?? [];
    return block.boxes.filter((box) => own.some((mark) => mark.start < box.end && mark.end > box.start));
  });
  return byPage(found);
}

function byPage(boxes: readonly Box[]): BoxesByPage {
  const pages = new Map<number, Box[]>();
  for (const box of boxes) {
    const page = pages.get(box.page);
    if (page) page.push(box);
    else pages.set(box.page, [box]);
  }
  return pages;
}
