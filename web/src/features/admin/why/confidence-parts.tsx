import type { Confidence } from "@/api/types";
import { en } from "@/i18n/en";
import { useFormats, useT } from "@/i18n/provider";

import { useAdminT } from "../texts";
import { StageSection } from "./stage";

type ReasonKey = Extract<keyof typeof en, `reason.${string}`>;

const isReasonKey = (key: string): key is ReasonKey => key in en;

export function ConfidenceParts({ confidence }: { confidence: Confidence }) {
  const t = useT();
  const admin = useAdminT();
  const formats = useFormats();
  return (
    <StageSection title={admin("why.confidence")} aside={`${formats.percent(confidence.value)} · ${t(`confidence.${confidence.level}`)}`}>
      <h3 className="text-sm text-muted">{admin("why.reasons")}</h3>
      <ul className="mt-1 list-disc pl-5 text-sm marker:text-line-strong">
        {confidence.reasons.map((code) => {
          const key = `reason.${code}`;
          return <li key={code}>{isReasonKey(key) ? t(key) : code.replaceAll("_", " ")}</li>;
        })}
      </ul>
    </StageSection>
  );
}
