import { useQuery } from "@tanstack/react-query";
import { Camera, Ellipsis, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";

import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { ConfirmByTyping } from "@/components/ui/confirm-by-typing";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useFormats, useT } from "@/i18n/provider";

import type { Snapshot } from "../api/shapes";
import { snapshotsQuery, useDeleteSnapshot } from "../api/snapshots";
import { useAdminT } from "../texts";
import { RollbackDialog } from "./rollback-dialog";
import { snapshotName } from "./snapshot-name";
import { TakeSnapshotDialog } from "./take-snapshot-dialog";

type Open = { what: "take" } | { what: "rollback" | "delete"; snapshot: Snapshot } | null;

export function SnapshotsPage({ knowledgeBaseId }: { knowledgeBaseId: string }) {
  const t = useAdminT();
  const [open, setOpen] = useState<Open>(null);
  const { data, error, isPending, refetch } = useQuery(snapshotsQuery(knowledgeBaseId));
  const close = () => setOpen(null);
  const take = (
    <Button look="primary" onClick={() => setOpen({ what: "take" })}>
      <Camera aria-hidden className="size-4" />
      {t("snapshots.take")}
    </Button>
  );
  return (
    <>
      {data && data.length > 0 && (
        <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-prose text-sm text-muted">{t("snapshots.lead")}</p>
          {take}
        </div>
      )}
      {isPending && <Working text={t("snapshots.loading")} />}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <EmptyState title={t("snapshots.none")} next={t("snapshots.noneNext")} action={take} />}
      <ol className="ml-1.5 border-l border-line">
        {data?.map((snapshot) => (
          <SnapshotItem
            key={snapshot.id}
            snapshot={snapshot}
            onRollBack={() => setOpen({ what: "rollback", snapshot })}
            onDelete={() => setOpen({ what: "delete", snapshot })}
          />
        ))}
      </ol>
      {open?.what === "take" && <TakeSnapshotDialog knowledgeBaseId={knowledgeBaseId} onClose={close} />}
      {open?.what === "rollback" && <RollbackDialog knowledgeBaseId={knowledgeBaseId} snapshot={open.snapshot} onClose={close} />}
      {open?.what === "delete" && <DeleteSnapshot knowledgeBaseId={knowledgeBaseId} snapshot={open.snapshot} onClose={close} />}
    </>
  );
}

interface SnapshotItemProps {
  snapshot: Snapshot;
  onRollBack: () => void;
  onDelete: () => void;
}

function SnapshotItem({ snapshot, onRollBack, onDelete }: SnapshotItemProps) {
  const t = useAdminT();
  const formats = useFormats();
  const name = snapshotName(snapshot, t);
  return (
    <li className="relative flex flex-wrap items-center gap-x-4 gap-y-2 py-3 pl-6">
      <span aria-hidden className="absolute top-5 -left-[5px] size-2.5 rounded-full border-2 border-surface bg-line-strong" />
      <div className="min-w-0 grow basis-64">
        <h2 className="flex flex-wrap items-center gap-2 text-[0.9375rem] font-medium [overflow-wrap:anywhere]">
          {name}
          {snapshot.kind !== "manual" && <Badge>{t("snapshots.automatic")}</Badge>}
          {snapshot.is_live && <Badge tone="ok">{t("snapshots.live")}</Badge>}
        </h2>
        <p className="figures flex flex-wrap gap-x-3 text-sm text-muted">
          <time dateTime={snapshot.created_at}>{formats.dateTime(snapshot.created_at)}</time>
          <span>{t("snapshots.documents", { count: snapshot.documents })}</span>
          <span className="text-faint">{t("snapshots.revision", { number: snapshot.revision })}</span>
          {snapshot.created_by && <span className="text-faint">{snapshot.created_by}</span>}
        </p>
      </div>
      <div className="flex items-center gap-1">
        {!snapshot.is_live && (
          <Button size="small" onClick={onRollBack}>
            <RotateCcw aria-hidden className="size-3.5" />
            {t("snapshots.rollBack")}
          </Button>
        )}
        <Menu trigger={<IconButton label={t("actions.for", { name })} icon={<Ellipsis aria-hidden />} />}>
          <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={onDelete}>
            {t("snapshots.delete")}
          </MenuItem>
        </Menu>
      </div>
    </li>
  );
}

function DeleteSnapshot({ knowledgeBaseId, snapshot, onClose }: { knowledgeBaseId: string; snapshot: Snapshot; onClose: () => void }) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const remove = useDeleteSnapshot(knowledgeBaseId);
  return (
    <ConfirmByTyping
      title={admin("snapshots.deleteTitle", { name: snapshotName(snapshot, admin) })}
      text={admin("snapshots.deleteText")}
      word={admin("confirm.delete")}
      confirm={t("common.delete")}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate(snapshot.id, { onError: toasts.showError, onSettled: onClose })}
    />
  );
}
