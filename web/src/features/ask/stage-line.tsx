import type { StageEvent } from "@/api/types";
import { useT, type TextKey } from "@/i18n/provider";

import type { LiveTurn } from "./live-turn";

function wordsOf(stage: StageEvent | null, stopping: boolean): [TextKey, number] {
  if (stopping) return ["stage.stopping", 0];
  switch (stage?.stage) {
    case undefined:
      return ["stage.starting", 0];
    case "searching":
      return stage.knowledge_bases ? ["stage.searching", stage.knowledge_bases] : ["stage.searchingAll", 0];
    case "reading":
      return ["stage.reading", stage.passages ?? 0];
    case "waiting":
      return ["stage.waiting", 0];
    case "writing":
      return ["stage.writing", 0];
  }
}

/** One line that says what happens now. It changes by stage, not by token, so it may be read aloud. */
export function StageLine({ live }: { live: LiveTurn }) {
  const t = useT();
  const [key, count] = wordsOf(live.stage, live.stopping);
  return (
    <p role="status" className="flex min-h-7 items-center gap-2.5 text-sm text-muted print:hidden">
      <span aria-hidden className="size-1.5 animate-breathe rounded-full bg-accent" />
      {t(key, { count })}
    </p>
  );
}
