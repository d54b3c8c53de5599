import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { Working } from "@/components/ui/working";
import { useFormats } from "@/i18n/provider";

import { complaintsQuery } from "../api/missed";
import type { Complaint } from "../api/shapes";
import { useAdminT } from "../texts";
import { GoldenQuestionDialog } from "./golden-question-dialog";
import { ReplayQuestion } from "./replay-question";

interface ComplaintsProps {
  knowledgeBaseId: string;
  /** Questions that are golden already. */
  golden: ReadonlySet<string>;
}

/** Answers with a thumbs-down, newest first. */
export function Complaints({ knowledgeBaseId, golden }: ComplaintsProps) {
  const t = useAdminT();
  const { data, error, isPending, refetch } = useQuery(complaintsQuery(knowledgeBaseId));
  const [making, setMaking] = useState<Complaint | null>(null);
  return (
    <section aria-label={t("complaints.title")}>
      <h2 className="text-lg font-semibold">{t("complaints.title")}</h2>
      <p className="mt-1 mb-4 max-w-prose text-sm text-muted">{t("complaints.lead")}</p>
      {isPending && <Working text={t("complaints.loading")} />}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="text-sm text-muted">{t("complaints.none")}</p>}
      {data && data.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {data.map((complaint) => (
            <Line
              key={complaint.turn_id}
              complaint={complaint}
              knowledgeBaseId={knowledgeBaseId}
              isGolden={golden.has(complaint.question)}
              onMake={() => setMaking(complaint)}
            />
          ))}
        </ul>
      )}
      {making && (
        <GoldenQuestionDialog
          knowledgeBaseId={knowledgeBaseId}
          question={making.question}
          right={{ is: making.reason === "source_missing" ? "none" : "first" }}
          onClose={() => setMaking(null)}
        />
      )}
    </section>
  );
}

interface LineProps {
  complaint: Complaint;
  knowledgeBaseId: string;
  isGolden: boolean;
  onMake: () => void;
}

function Line({ complaint, knowledgeBaseId, isGolden, onMake }: LineProps) {
  const t = useAdminT();
  const formats = useFormats();
  const { question, reason, cited, asked_on } = complaint;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 grow basis-80">
        <p className="font-medium [overflow-wrap:anywhere]">{question}</p>
        <p className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-[0.8125rem] text-muted">
          <Badge tone={reason ? "warn" : "neutral"}>{reason ? t(`complaintReason.${reason}`) : t("complaints.noReason")}</Badge>
          <span>{formats.date(asked_on)}</span>
          {cited.length > 0 && <span className="[overflow-wrap:anywhere]">{`${t("complaints.cited")}: ${cited.map(({ title }) => title).join(" · ")}`}</span>}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-1">
        <ReplayQuestion question={question} knowledgeBaseId={knowledgeBaseId} />
        {isGolden ? (
          <Badge tone="ok">{t("complaints.isGolden")}</Badge>
        ) : (
          <Button size="small" aria-label={t("makeGolden.of", { question })} onClick={onMake}>
            {t("makeGolden.button")}
          </Button>
        )}
      </div>
    </li>
  );
}
