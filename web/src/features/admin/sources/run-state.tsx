import { Badge } from "@/components/ui/badge";

import type { SourceRun } from "../api/shapes";
import { useAdminT } from "../texts";

/** How a run ended, in a word. */
export function RunState({ run }: { run: SourceRun }) {
  const t = useAdminT();
  if (run.state === "failed") return <Badge tone="danger">{t("run.stateFailed")}</Badge>;
  if (run.state === "running") return <Badge tone="accent">{t("run.stateRunning")}</Badge>;
  if (run.dry_run) return <Badge>{t("run.stateDry")}</Badge>;
  if (run.state === "held") return <Badge tone="warn">{t("run.stateHeld")}</Badge>;
  if (run.failed > 0) return <Badge tone="warn">{t("run.statePartly")}</Badge>;
  return <Badge tone="ok">{t("run.stateDone")}</Badge>;
}
