import { expect, test } from "vitest";

import type { Chunk, Passage } from "../api/shapes";
import { chunksAt } from "./block-ranges";
import { ranked } from "./ranking";
import { directionOf, flipped } from "./sorting";

const chunk = (id: string, first_block: number, last_block: number): Chunk => ({
  id,
  ordinal: 0,
  text: "",
  headings: [],
  page: null,
  first_block,
  last_block,
});

test("a block belongs to every chunk that spans it, ends included", () => {
  const chunks = [chunk("a", 0, 2), chunk("b", 2, 4), chunk("c", 5, 5)];
  expect(chunksAt(chunks, 2).map(({ id }) => id)).toEqual(["a", "b"]);
  expect(chunksAt(chunks, 5).map(({ id }) => id)).toEqual(["c"]);
  expect(chunksAt(chunks, 6)).toEqual([]);
});

test("a document's passages keep their rank among all that were found", () => {
  const passage = (chunk_id: string, document_id: string) => ({ chunk_id, document_id }) as Passage;
  const found = [passage("x", "other"), passage("a", "mine"), passage("y", "other"), passage("b", "mine")];
  expect(ranked(found, "mine").map(({ passage: { chunk_id }, rank }) => [chunk_id, rank])).toEqual([["a", 2], ["b", 4]]);
});

test("a column first sorts as one expects, then turns round", () => {
  expect(flipped("-updated", "name")).toBe("name");
  expect(flipped("name", "name")).toBe("-name");
  expect(flipped("name", "size")).toBe("-size");
  expect(flipped("-size", "size")).toBe("size");
  expect(directionOf("-size", "size")).toBe("descending");
  expect(directionOf("-size", "name")).toBeNull();
});
