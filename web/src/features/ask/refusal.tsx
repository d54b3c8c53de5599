import type { Answer } from "@/api/types";
import { useT } from "@/i18n/provider";

import { ReplayLink } from "./replay-link";

/** Says in one sentence that the sources do not answer, and who could. The closest passages stand beside it. */
export function Refusal({ answer }: { answer: Answer }) {
  const t = useT();
  return (
    <div className="space-y-3">
      <p className="text-[1.0625rem] leading-[1.75]">{t("answer.notFound")}</p>
      {answer.maintainers.length > 0 && (
        <p className="text-sm text-muted">
          {t("answer.maintainersNext")} <span className="text-ink">{answer.maintainers.join(" · ")}</span>
        </p>
      )}
      <ReplayLink answer={answer} />
    </div>
  );
}
