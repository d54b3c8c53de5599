import type { Answer } from "@/api/types";
import { Button } from "@/components/ui/button";
import { useT } from "@/i18n/provider";

import { ReplayLink } from "./replay-link";

interface RefusalProps {
  answer: Answer;
  /** null: no filters were set. */
  onAskWithoutFilters: (() => void) | null;
}

/** Says in one sentence that the sources do not answer, and who could. The closest passages stand beside or below it. */
export function Refusal({ answer, onAskWithoutFilters }: RefusalProps) {
  const t = useT();
  return (
    <div className="space-y-3">
      <p className="text-[1.0625rem] leading-[1.75]">{t("answer.notFound")}</p>
      {onAskWithoutFilters && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-muted print:hidden">
          <p>{t("filters.refused")}</p>
          <Button size="small" onClick={onAskWithoutFilters}>
            {t("filters.askWithout")}
          </Button>
        </div>
      )}
      {answer.maintainers.length > 0 && (
        <p className="text-sm text-muted">
          {t("answer.maintainersNext")} <span className="text-ink">{answer.maintainers.join(" · ")}</span>
        </p>
      )}
      <ReplayLink answer={answer} />
    </div>
  );
}
