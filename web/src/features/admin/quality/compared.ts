import type { GoldenRunDetail } from "../api/shapes";

export type Change = "worse" | "better" | "same";

export interface Compared {
  id: string;
  question: string;
  first: number | null;
  second: number | null;
  change: Change;
}

const ORDER: readonly Change[] = ["worse", "better", "same"];

/** The questions that both runs asked: what got worse first, then what got better. */
export function compared(first: GoldenRunDetail, second: GoldenRunDetail): Compared[] {
  const ranks = new Map(second.results.map((result) => [result.question_id, result]));
  const both = first.results.flatMap((result) => {
    const other = ranks.get(result.question_id);
    if (!other) return [];
    const change = changeOf(result.rank, other.rank);
    return [{ id: result.question_id, question: result.question, first: result.rank, second: other.rank, change }];
  });
  return both.sort((one, other) => ORDER.indexOf(one.change) - ORDER.indexOf(other.change));
}

function changeOf(before: number | null, after: number | null): Change {
  const [first, second] = [before ?? Infinity, after ?? Infinity];
  if (first === second) return "same";
  return second < first ? "better" : "worse";
}
