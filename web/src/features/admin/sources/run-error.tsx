import type { SourceRun } from "../api/shapes";
import { FailureLine } from "../parts/failure-line";
import { ToldReason } from "../parts/told-reason";

/** Why a run failed, or why the brake holds it, which is no failure. */
export function RunError({ run, sentence }: { run: Pick<SourceRun, "state" | "error_code">; sentence: string }) {
  if (run.state !== "held") return <FailureLine sentence={sentence} code={run.error_code} />;
  return (
    <p className="text-sm text-warn">
      <ToldReason sentence={sentence} code={run.error_code} />
    </p>
  );
}
