/** What a threshold does to the golden questions, from the chances that the last run measured. */
import type { GoldenQuestion, GoldenRun } from "../api/shapes";

export interface RefusalEffect {
  readonly answerable: number;
  readonly unanswerable: number;
  readonly wronglyRefused: readonly string[];
  readonly wronglyAnswered: readonly string[];
}

/** The newest run that asked how sure the sources are; runs come newest first. */
export function judgedRun(runs: readonly GoldenRun[]): GoldenRun | null {
  return runs.find((run) => run.refusals !== null) ?? null;
}

/** Questions that were made after the run have no chance yet and are left out. */
export function effectOf(threshold: number, questions: readonly GoldenQuestion[], chances: Readonly<Record<string, number>>): RefusalEffect {
  const judged = questions.flatMap((question) => {
    const chance = chances[question.id];
    return chance === undefined ? [] : [{ ...question, refused: chance < threshold }];
  });
  const unanswerable = judged.filter((question) => question.unanswerable);
  const answerable = judged.filter((question) => !question.unanswerable);
  return {
    answerable: answerable.length,
    unanswerable: unanswerable.length,
    wronglyRefused: answerable.filter(({ refused }) => refused).map(({ question }) => question),
    wronglyAnswered: unanswerable.filter(({ refused }) => !refused).map(({ question }) => question),
  };
}
