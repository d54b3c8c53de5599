import { X } from "lucide-react";
import { memo } from "react";

import { Button, IconButton } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { useFormats, useT } from "@/i18n/provider";

import { useRetryDocument } from "../api/retry-document";
import { FailureLine } from "../parts/failure-line";
import { StageBadge } from "../parts/stage-badge";
import { useAdminT } from "../texts";
import { useUploadQueue } from "./upload-context";
import { inOrder, isSettled, mayBeRetried, tallyOf, type UploadRow } from "./upload-progress";

const ROWS_SHOWN = 40;

/** The files of this visit, each from the first byte to searchable. */
export function UploadPanel({ knowledgeBaseId, rows }: { knowledgeBaseId: string; rows: readonly UploadRow[] }) {
  const t = useAdminT();
  const queue = useUploadQueue();
  const retry = useRetryDocument(knowledgeBaseId);
  if (rows.length === 0) return null;
  const ordered = inOrder(rows);
  const tally = tallyOf(rows);
  const finished = rows.filter(isSettled).map(({ upload }) => upload.id);
  return (
    <section aria-label={t("upload.title")} className="mb-5 overflow-hidden rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line bg-sunken px-4 py-2.5">
        <h2 className="text-sm font-medium">{t("upload.title")}</h2>
        <p role="status" className="figures text-sm text-muted">
          {t("upload.tally", { done: tally.settled, total: tally.total })}
          {tally.failed > 0 && <span className="text-danger"> · {t("upload.failed", { count: tally.failed })}</span>}
        </p>
        {tally.settled < tally.total && <Progress label={t("upload.title")} share={tally.settled / tally.total} className="max-w-40" />}
        {finished.length > 0 && (
          <Button look="quiet" size="small" className="-my-1 ml-auto" onClick={() => queue.drop(finished)}>
            {t("upload.clear")}
          </Button>
        )}
      </header>
      <ul className="max-h-96 divide-y divide-line overflow-y-auto">
        {ordered.slice(0, ROWS_SHOWN).map((row) => (
          <FileRow
            key={row.upload.id}
            row={row}
            onRetry={() => (row.upload.accepted ? retry.mutate(row.upload.accepted.document.id) : queue.retry(row.upload.id))}
            onDrop={() => queue.drop([row.upload.id])}
          />
        ))}
      </ul>
      {ordered.length > ROWS_SHOWN && (
        <p className="border-t border-line px-4 py-2 text-sm text-muted">{t("upload.more", { count: ordered.length - ROWS_SHOWN })}</p>
      )}
    </section>
  );
}

interface FileRowProps {
  row: UploadRow;
  onRetry: () => void;
  onDrop: () => void;
}

const FileRow = memo(
  function FileRow({ row, onRetry, onDrop }: FileRowProps) {
    const t = useT();
    const admin = useAdminT();
    const { upload, stage, done, total } = row;
    const failed = stage === "refused" || stage === "failed";
    return (
      <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2.5 sm:flex-nowrap">
        <div className="min-w-0 grow basis-56">
          <p className="truncate text-sm" title={upload.name}>
            {upload.name}
          </p>
          {failed ? (
            <FailureLine sentence={row.error || admin("upload.broken")} code={row.code} requestId={upload.error?.requestId} />
          ) : (
            <Note row={row} />
          )}
        </div>
        {stage === "sending" ? (
          <Progress label={admin("upload.sendingName", { name: upload.name })} share={upload.share} className="max-w-28 shrink-0" />
        ) : (
          <StageBadge stage={stage} done={done} total={total} className="shrink-0 sm:items-end" />
        )}
        {mayBeRetried(row) && (
          <Button size="small" onClick={onRetry}>
            {t("common.retry")}
          </Button>
        )}
        <IconButton
          label={isSettled(row) || upload.accepted ? admin("upload.dismiss", { name: upload.name }) : admin("upload.cancel", { name: upload.name })}
          icon={<X aria-hidden />}
          onClick={onDrop}
          className="-mr-2"
        />
      </li>
    );
  },
  (before, after) =>
    before.row.upload === after.row.upload &&
    before.row.stage === after.row.stage &&
    before.row.done === after.row.done &&
    before.row.total === after.row.total &&
    before.row.error === after.row.error,
);

function Note({ row: { upload, stage } }: { row: UploadRow }) {
  const t = useAdminT();
  const formats = useFormats();
  const size = formats.bytes(upload.size);
  let text = size;
  if (stage === "sending") text = t("upload.sent", { percent: formats.percent(upload.share), size });
  if (stage === "unchanged") text = t("upload.unchanged");
  if (stage !== "unchanged" && upload.accepted && upload.accepted.document.version_number > 1 && stage === "searchable") {
    text = t("upload.newVersion", { size });
  }
  return <p className="figures text-[0.8125rem] text-faint">{text}</p>;
}
