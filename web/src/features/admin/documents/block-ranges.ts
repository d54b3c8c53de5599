/** Which blocks of a document belong to which of its chunks. */
import type { Chunk } from "../api/shapes";

/** Ordinals of blocks, both inclusive. */
export interface BlockRange {
  first: number;
  last: number;
}

export const rangeOf = (chunk: Chunk): BlockRange => ({ first: chunk.first_block, last: chunk.last_block });

/** The chunks that hold this block; chunks may overlap. */
export function chunksAt(chunks: readonly Chunk[], block: number): Chunk[] {
  return chunks.filter((chunk) => chunk.first_block <= block && block <= chunk.last_block);
}
