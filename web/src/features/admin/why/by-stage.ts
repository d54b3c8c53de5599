import type { TracedPassage } from "../api/shapes";

export type StageRank = "bm25" | "dense" | "fused" | "final";

/** Best first at that stage; what the stage did not see comes last, in its final order. */
export function byStage(passages: readonly TracedPassage[], stage: StageRank): TracedPassage[] {
  const place = ({ ranks }: TracedPassage) => ranks[stage] ?? Infinity;
  return [...passages].sort((one, other) => {
    const [first, second] = [place(one), place(other)];
    return first === second ? one.ranks.final - other.ranks.final : first - second;
  });
}

/** By how many ranks the last stage moved a passage up; negative: down. */
export function moved({ ranks }: TracedPassage): number {
  return ranks.fused === null ? 0 : ranks.fused - ranks.final;
}
