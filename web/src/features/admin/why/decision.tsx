import type { Answer } from "@/api/types";
import { Badge } from "@/components/ui/badge";
import { useFormats } from "@/i18n/provider";

import type { Explained } from "../api/shapes";
import { Fact } from "../parts/fact";
import { useAdminT } from "../texts";
import { StageSection } from "./stage";

/** The chance that the sources answer, beside the threshold below which a question is refused. */
export function Decision({ decision, outcome }: { decision: Explained["decision"]; outcome: Answer["outcome"] }) {
  const t = useAdminT();
  const formats = useFormats();
  if (decision === null) {
    return (
      <StageSection title={t("why.decision")}>
        <p className="text-sm text-muted">{t("why.undecided")}</p>
      </StageSection>
    );
  }
  const enough = decision.answerable >= decision.refuse_below;
  return (
    <StageSection title={t("why.decision")}>
      <Scale share={decision.answerable} threshold={decision.refuse_below} enough={enough} />
      <dl className="mt-4 grid grid-cols-2 gap-4 sm:grid-cols-5">
        <Fact name={t("why.chance")}>{formats.percent(decision.answerable)}</Fact>
        <Fact name={t("why.threshold")}>{formats.percent(decision.refuse_below)}</Fact>
        <Fact name={t("why.coverage")}>{formats.percent(decision.coverage)}</Fact>
        <Fact name={t("why.checking")}>{t(`whyChecking.${decision.checking}`)}</Fact>
        <Fact name={t("why.outcome")}>
          <Badge tone={outcome === "not_found" ? "warn" : "ok"}>{t(`whyOutcome.${outcome}`)}</Badge>
        </Fact>
      </dl>
      <p className="mt-3 text-sm text-muted">{t(enough ? "why.enough" : "why.tooLow")}</p>
    </StageSection>
  );
}

function Scale({ share, threshold, enough }: { share: number; threshold: number; enough: boolean }) {
  return (
    <svg aria-hidden viewBox="0 0 100 6" preserveAspectRatio="none" className="h-3 w-full max-w-md overflow-visible">
      <rect x="0" y="1" width="100" height="4" className="fill-line" />
      <rect x="0" y="1" width={100 * share} height="4" className={enough ? "fill-ok" : "fill-warn"} />
      <line x1={100 * threshold} x2={100 * threshold} y1="-1" y2="7" strokeWidth="2" vectorEffect="non-scaling-stroke" className="stroke-ink" />
    </svg>
  );
}
