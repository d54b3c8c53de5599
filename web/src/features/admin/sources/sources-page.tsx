import { useQuery } from "@tanstack/react-query";
import { FolderPlus } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";

import { useChangeSource, useSyncSource, type RunWish } from "../api/change-sources";
import { sourcesQuery } from "../api/get-sources";
import type { Source } from "../api/shapes";
import { WORKING_MS } from "../polling";
import { useAdminT } from "../texts";
import { AddSourceDialog } from "./add-source-dialog";
import { awaited, type Asked } from "./awaited";
import { SourceCard, type SourcePanel } from "./source-card";
import { SourcePanels } from "./source-panels";

export function SourcesPage({ knowledgeBaseId }: { knowledgeBaseId: string }) {
  const t = useAdminT();
  const toasts = useToasts();
  const [asked, setAsked] = useState<Asked>(new Map());
  const [adding, setAdding] = useState(false);
  const [open, setOpen] = useState<{ panel: SourcePanel; sourceId: string } | null>(null);
  const sync = useSyncSource(knowledgeBaseId);
  const change = useChangeSource(knowledgeBaseId);
  const { data, error, isPending, refetch } = useQuery({
    ...sourcesQuery(knowledgeBaseId),
    refetchInterval: ({ state }) => (state.data?.some((source) => awaited(source, asked)) ? WORKING_MS : false),
  });
  const run = (source: Source, wish: RunWish) => {
    setAsked((before) => new Map(before).set(source.id, source.last_run?.id ?? null));
    sync.mutate(
      { sourceId: source.id, wish },
      {
        onError: (problem) => {
          setAsked((before) => new Map([...before].filter(([id]) => id !== source.id)));
          toasts.showError(problem);
        },
      },
    );
  };
  const chosen = data?.find(({ id }) => id === open?.sourceId);
  const add = (
    <Button look="primary" onClick={() => setAdding(true)}>
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
              onRun={(wish) => run(source, wish)}
              onPause={(paused) => change.mutate({ sourceId: source.id, patch: { enabled: !paused } }, { onError: toasts.showError })}
              onOpen={(panel) => setOpen({ panel, sourceId: source.id })}
            />
          </li>
        ))}
      </ul>
      {adding && (
        <AddSourceDialog
          knowledgeBaseId={knowledgeBaseId}
          onClose={() => setAdding(false)}
          onAdded={(source) => {
            setAdding(false);
            toasts.show({ text: t("sources.added"), action: { label: t("sources.sync"), onPress: () => run(source, "sync") } });
          }}
        />
      )}
      {open && chosen && (
        <SourcePanels
          key={open.panel + open.sourceId}
          knowledgeBaseId={knowledgeBaseId}
          source={chosen}
          panel={open.panel}
          onRun={(wish) => run(chosen, wish)}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
