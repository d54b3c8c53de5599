import { Ellipsis, Folder, History, RefreshCw, Trash2 } from "lucide-react";

import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";

import type { Source } from "../api/shapes";
import { Ago } from "../parts/ago";
import { FailureLine } from "../parts/failure-line";
import { useAdminT } from "../texts";
import { RunState } from "./run-history";
import { RunLine } from "./run-line";

interface SourceCardProps {
  source: Source;
  running: boolean;
  onSync: () => void;
  onHistory: () => void;
  onRemove: () => void;
}

export function SourceCard({ source, running, onSync, onHistory, onRemove }: SourceCardProps) {
  const t = useAdminT();
  const run = source.last_run;
  return (
    <article className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-line bg-surface px-4 py-3.5">
      <div className="min-w-0 grow basis-72 space-y-1">
        <h2 className="flex items-start gap-2.5 font-mono text-sm [overflow-wrap:anywhere]">
          <Folder aria-hidden className="mt-[0.2em] size-4 shrink-0 text-faint" />
          {source.location}
        </h2>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 pl-6.5 text-sm text-muted">
          {running && !(run && !run.finished_at) && <Badge tone="accent">{t("run.stateQueued")}</Badge>}
          {run ? (
            <>
              <RunState run={run} />
              <RunLine run={run} />
              <Ago at={run.started_at} className="text-faint" />
            </>
          ) : (
            !running && <span>{t("sources.never")}</span>
          )}
        </div>
        {run?.error && (
          <div className="pl-6.5">
            <FailureLine sentence={run.error} />
          </div>
        )}
      </div>
      <div className="ml-auto flex items-center gap-1">
        <Button size="small" busy={running} onClick={onSync}>
          {!running && <RefreshCw aria-hidden className="size-3.5" />}
          {t(running ? "sources.syncing" : "sources.sync")}
        </Button>
        <Menu trigger={<IconButton label={t("actions.for", { name: source.location })} icon={<Ellipsis aria-hidden />} />}>
          <MenuItem icon={<History aria-hidden />} onSelect={onHistory}>
            {t("run.history")}
          </MenuItem>
          <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={onRemove}>
            {t("sources.remove")}
          </MenuItem>
        </Menu>
      </div>
    </article>
  );
}
