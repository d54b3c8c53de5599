import { useQuery } from "@tanstack/react-query";
import { FolderPlus } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmByTyping } from "@/components/ui/confirm-by-typing";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";

import { useRemoveSource, useSyncSource } from "../api/change-sources";
import { sourcesQuery } from "../api/get-sources";
import type { Source } from "../api/shapes";
import { WORKING_MS } from "../polling";
import { useAdminT } from "../texts";
import { AddSourceDialog } from "./add-source-dialog";
import { awaited, type Asked } from "./awaited";
import { RunHistory } from "./run-history";
import { SourceCard } from "./source-card";

type Open = { what: "add" } | { what: "history" | "remove"; sourceId: string } | null;

export function SourcesPage({ knowledgeBaseId }: { knowledgeBaseId: string }) {
  const t = useAdminT();
  const toasts = useToasts();
  const [asked, setAsked] = useState<Asked>(new Map());
  const [open, setOpen] = useState<Open>(null);
  const sync = useSyncSource(knowledgeBaseId);
  const { data, error, isPending, refetch } = useQuery({
    ...sourcesQuery(knowledgeBaseId),
    refetchInterval: ({ state }) => (state.data?.some((source) => awaited(source, asked)) ? WORKING_MS : false),
  });
  const start = (source: Source) => {
    setAsked((before) => new Map(before).set(source.id, source.last_run?.id ?? null));
    sync.mutate(source.id, {
      onError: (problem) => {
        setAsked((before) => new Map([...before].filter(([id]) => id !== source.id)));
        toasts.showError(problem);
      },
    });
  };
  const chosen = open && open.what !== "add" ? data?.find(({ id }) => id === open.sourceId) : undefined;
  const add = (
    <Button look="primary" onClick={() => setOpen({ what: "add" })}>
      <FolderPlus aria-hidden className="size-4" />
      {t("sources.add")}
    </Button>
  );
  return (
    <>
      {data && data.length > 0 && (
        <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-prose text-sm text-muted">{t("sources.lead")}</p>
          {add}
        </div>
      )}
      {isPending && <Working text={t("sources.loading")} />}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <EmptyState title={t("sources.none")} next={t("sources.noneNext")} action={add} />}
      <ul className="space-y-3">
        {data?.map((source) => (
          <li key={source.id}>
            <SourceCard
              source={source}
              running={awaited(source, asked)}
              onSync={() => start(source)}
              onHistory={() => setOpen({ what: "history", sourceId: source.id })}
              onRemove={() => setOpen({ what: "remove", sourceId: source.id })}
            />
          </li>
        ))}
      </ul>
      {open?.what === "add" && (
        <AddSourceDialog
          knowledgeBaseId={knowledgeBaseId}
          onClose={() => setOpen(null)}
          onAdded={(source) => {
            setOpen(null);
            toasts.show({ text: t("sources.added"), action: { label: t("sources.sync"), onPress: () => start(source) } });
          }}
        />
      )}
      {open?.what === "history" && chosen && <RunHistory source={chosen} onClose={() => setOpen(null)} />}
      {open?.what === "remove" && chosen && <RemoveSource knowledgeBaseId={knowledgeBaseId} source={chosen} onClose={() => setOpen(null)} />}
    </>
  );
}

function RemoveSource({ knowledgeBaseId, source, onClose }: { knowledgeBaseId: string; source: Source; onClose: () => void }) {
  const t = useAdminT();
  const toasts = useToasts();
  const remove = useRemoveSource(knowledgeBaseId);
  return (
    <ConfirmByTyping
      title={t("sources.removeTitle")}
      text={t("sources.removeText", { path: source.location })}
      word={t("confirm.remove")}
      confirm={t("sources.remove")}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(source.id, {
          onSuccess: () => toasts.show({ text: t("sources.removed") }),
          onError: toasts.showError,
          onSettled: onClose,
        })
      }
    />
  );
}
