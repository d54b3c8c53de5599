import type { StageEvent } from "@/api/types";
import { useFormats, useT, type TextKey } from "@/i18n/provider";

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

/** One line that says what happens now. It changes by stage, not by token, so it may be read aloud; the place in the queue may not. */
export function StageLine({ live }: { live: LiveTurn }) {
  const t = useT();
  const [key, count] = wordsOf(live.stage, live.stopping);
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-x-2.5 text-sm text-muted print:hidden">
      <span aria-hidden className="size-1.5 animate-breathe rounded-full bg-accent" />
      <p role="status">{t(key, { count })}</p>
      {!live.stopping && <Place stage={live.stage} />}
    </div>
  );
}

/** How many wait before this question, and how long it will probably wait. */
function Place({ stage }: { stage: StageEvent | null }) {
  const t = useT();
  const formats = useFormats();
  if (stage?.stage !== "waiting" || typeof stage.ahead !== "number" || typeof stage.seconds !== "number") return null;
  const time = formats.seconds(Math.ceil(stage.seconds));
  return <p className="figures text-faint">{stage.ahead > 0 ? t("stage.place", { count: stage.ahead, time }) : t("stage.next", { time })}</p>;
}
