interface StageSeconds {
  stage: string;
  seconds: number;
}

/** Of all stages together, rounded. */
export function milliseconds(stages: readonly StageSeconds[]): number {
  return Math.round(1000 * stages.reduce((sum, { seconds }) => sum + seconds, 0));
}
