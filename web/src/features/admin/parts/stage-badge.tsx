import { Badge, type Tone } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { Progress } from "@/components/ui/progress";

import { shareOf } from "../progress-of";
import { useAdminT, type AdminKey } from "../texts";
import type { UploadStage } from "../uploads/upload-progress";

const TONES: Record<UploadStage, Tone> = {
  waiting: "neutral",
  sending: "accent",
  checking: "accent",
  refused: "danger",
  unchanged: "neutral",
  stored: "neutral",
  parsing: "accent",
  embedding: "accent",
  searchable: "ok",
  failed: "danger",
};

interface StageBadgeProps {
  stage: UploadStage;
  done: number;
  total: number;
  className?: string;
}

/** The stage in a word, its counts, and a bar while something is counted. */
export function StageBadge({ stage, done, total, className }: StageBadgeProps) {
  const t = useAdminT();
  const key: AdminKey = `stage.${stage}`;
  const share = shareOf({ done, total });
  const moving = stage === "parsing" || stage === "embedding";
  return (
    <span className={cn("inline-flex flex-col items-start gap-1", className)}>
      <Badge tone={TONES[stage]}>
        {t(key)}
        {moving && share !== null && <span className="figures font-normal">{t("stage.counts", { done, total })}</span>}
      </Badge>
      {moving && share !== null && <Progress label={t(key)} share={share} className="max-w-28" />}
    </span>
  );
}
