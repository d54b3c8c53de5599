import type { Direction } from "@/components/ui/table";

import type { DocumentSort } from "../filters";

export type SortColumn = "name" | "updated" | "size";

export function directionOf(sort: DocumentSort, column: SortColumn): Direction | null {
  if (sort === column) return "ascending";
  return sort === `-${column}` ? "descending" : null;
}

/** The first press sorts as one expects: names from A, the newest and the largest first; the next turns it round. */
export function flipped(sort: DocumentSort, column: SortColumn): DocumentSort {
  if (sort === column) return `-${column}`;
  if (sort === `-${column}`) return column;
  return column === "name" ? "name" : `-${column}`;
}
