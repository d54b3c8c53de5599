import { Link } from "@tanstack/react-router";
import { FileText, FolderSync } from "lucide-react";

import { Badge, type Tone } from "@/components/ui/badge";
import { Cell, Row } from "@/components/ui/table";
import { useLanguage } from "@/i18n/provider";

import type { Job } from "../api/shapes";
import { Ago } from "../parts/ago";
import { durationOf, secondsBetween } from "../parts/durations";
import { FailureLine } from "../parts/failure-line";
import { StageBadge } from "../parts/stage-badge";
import { progressOfJob } from "../progress-of";
import { useAdminT } from "../texts";

const TONES: Record<Job["state"], Tone> = { queued: "neutral", running: "accent", done: "ok", failed: "danger" };
const LINK = "font-medium [overflow-wrap:anywhere] hover:text-accent hover:underline";

export function JobRow({ job, knowledgeBase }: { job: Job; knowledgeBase: string | null }) {
  const t = useAdminT();
  const { language } = useLanguage();
  const Icon = job.kind === "sync" ? FolderSync : FileText;
  const end = job.state === "done" || job.state === "failed" ? job.updated_at : null;
  const took = job.state === "queued" ? "–" : durationOf(language, secondsBetween(job.created_at, end, new Date()));
  return (
    <Row>
      <Cell className="min-w-56 pl-4">
        <div className="flex gap-2.5">
          <Icon aria-hidden className="mt-[0.25em] size-4 shrink-0 text-faint" />
          <div className="min-w-0">
            <JobLink job={job} />
            <span className="block text-[0.8125rem] text-faint">
              {t(`jobKind.${job.kind}`)}
              {knowledgeBase && ` · ${knowledgeBase}`}
            </span>
            {job.error && <FailureLine sentence={job.error} code={job.error_code} requestId={job.id} />}
            <span className="mt-1.5 flex flex-wrap items-center gap-2 text-[0.8125rem] text-faint md:hidden">
              <JobState job={job} />
              <Ago at={job.created_at} />
            </span>
          </div>
        </div>
      </Cell>
      <Cell className="hidden md:table-cell">
        <JobState job={job} />
      </Cell>
      <Cell className="hidden whitespace-nowrap text-muted md:table-cell">
        <Ago at={job.created_at} />
      </Cell>
      <Cell className="figures hidden text-right whitespace-nowrap text-muted md:table-cell">{took}</Cell>
    </Row>
  );
}

function JobLink({ job }: { job: Job }) {
  if (job.document_id === null) {
    return (
      <Link to="/admin/knowledge-bases/$knowledgeBaseId/sources" params={{ knowledgeBaseId: job.knowledge_base_id }} className={LINK}>
        {job.label}
      </Link>
    );
  }
  return (
    <Link to="/admin/documents/$documentId" params={{ documentId: job.document_id }} className={LINK}>
      {job.label}
    </Link>
  );
}

function JobState({ job }: { job: Job }) {
  const t = useAdminT();
  const { stage, done, total } = progressOfJob(job);
  if (job.state === "running" && stage !== "stored") return <StageBadge stage={stage} done={done} total={total} />;
  return <Badge tone={TONES[job.state]}>{t(`job.${job.state}`)}</Badge>;
}
