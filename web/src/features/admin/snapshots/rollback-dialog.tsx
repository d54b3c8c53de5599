import { useQuery } from "@tanstack/react-query";

import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useFormats, useT } from "@/i18n/provider";

import type { Diff, Snapshot } from "../api/shapes";
import { diffQuery, useRollBack } from "../api/snapshots";
import { useAdminT } from "../texts";
import { snapshotName } from "./snapshot-name";

type Change = Diff["documents"][number]["change"];

const TONES: Record<Change, Tone> = { added: "ok", changed: "accent", removed: "danger" };

interface RollbackDialogProps {
  knowledgeBaseId: string;
  snapshot: Snapshot;
  onClose: () => void;
}

/** Shows what going back would change, then does it. */
export function RollbackDialog({ knowledgeBaseId, snapshot, onClose }: RollbackDialogProps) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const formats = useFormats();
  const { data, error, isPending, refetch } = useQuery(diffQuery(snapshot.id));
  const rollBack = useRollBack(knowledgeBaseId);
  const name = snapshotName(snapshot, admin);
  const start = () =>
    rollBack.mutate(snapshot.id, {
      onSuccess: ({ paused_sources: paused }) => {
        const done = admin("rollback.done", { name });
        const held = paused.length > 0 ? ` ${admin("rollback.paused", { sources: paused.join(admin("list.separator")) })}` : "";
        toasts.show({ text: done + held });
        onClose();
      },
    });
  return (
    <Dialog
      title={admin("rollback.title", { name })}
      description={admin("rollback.text", { time: formats.dateTime(snapshot.created_at) })}
      onClose={onClose}
      className="w-[min(40rem,calc(100vw-2rem))]"
    >
      {isPending && <Working text={admin("rollback.comparing")} />}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data && <Changes diff={data} />}
      {rollBack.error && (
        <div className="mt-4">
          <ErrorNote error={rollBack.error} />
        </div>
      )}
      <DialogActions>
        <Button look="quiet" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look="danger" disabled={!data} busy={rollBack.isPending} onClick={start}>
          {admin("snapshots.rollBack")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Changes({ diff }: { diff: Diff }) {
  const t = useAdminT();
  if (diff.documents.length === 0) return <p className="text-sm text-muted">{t("rollback.nothing")}</p>;
  return (
    <>
      <p className="figures mb-2 text-sm text-muted">
        {t("rollback.passages", { added: diff.chunks_added, removed: diff.chunks_removed })}
      </p>
      <ul className="max-h-80 divide-y divide-line overflow-y-auto border-y border-line">
        {diff.documents.map((document) => (
          <li key={document.document_id} className="flex items-baseline justify-between gap-3 py-2 text-sm">
            <span className="min-w-0 [overflow-wrap:anywhere]">{document.title}</span>
            <span className="flex shrink-0 items-baseline gap-2">
              {document.change === "changed" && (
                <span className="figures text-faint">
                  {t("rollback.versions", { from: document.from_version ?? 0, to: document.to_version ?? 0 })}
                </span>
              )}
              <Badge tone={TONES[document.change]}>{t(`rollbackChange.${document.change}`)}</Badge>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
