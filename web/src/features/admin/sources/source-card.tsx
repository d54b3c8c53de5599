import { ClipboardList, Ellipsis, FlaskConical, History, Pause, Pencil, Play, RefreshCw, Trash2 } from "lucide-react";
import type { ReactNode } from "react";

import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { useFormats } from "@/i18n/provider";

import type { RunWish } from "../api/change-sources";
import type { Source } from "../api/shapes";
import { Ago } from "../parts/ago";
import { FailureLine } from "../parts/failure-line";
import { useAdminT } from "../texts";
import { HeldNote } from "./held-note";
import { KINDS } from "./kinds";
import { RunLine } from "./run-line";
import { RunState } from "./run-state";

/** What can be opened for a source. */
export type SourcePanel = "history" | "report" | "edit" | "remove" | "removeHeld";

interface SourceCardProps {
  source: Source;
  running: boolean;
  onRun: (wish: RunWish) => void;
  onPause: (paused: boolean) => void;
  onOpen: (panel: SourcePanel) => void;
}

export function SourceCard({ source, running, onRun, onPause, onOpen }: SourceCardProps) {
  const t = useAdminT();
  const run = source.last_run;
  const Icon = KINDS[source.kind].icon;
  return (
    <article className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-line bg-surface px-4 py-3.5">
      <div className="min-w-0 grow basis-72 space-y-1">
        <h2 className="flex items-start gap-2.5 font-mono text-sm [overflow-wrap:anywhere]">
          <Icon aria-hidden className="mt-[0.2em] size-4 shrink-0 text-faint" />
          <span className="sr-only">{t(KINDS[source.kind].name)}: </span>
          {source.location}
        </h2>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 pl-6.5 text-sm text-muted">
          {running && run?.state !== "running" && <Badge tone="accent">{t("run.stateQueued")}</Badge>}
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
        <Facts source={source} />
        {run?.error && run.state !== "held" && (
          <div className="pl-6.5">
            <FailureLine sentence={run.error} code={run.error_code} />
          </div>
        )}
      </div>
      <div className="ml-auto flex items-center gap-1">
        <Button size="small" busy={running} onClick={() => onRun("sync")}>
          {!running && <RefreshCw aria-hidden className="size-3.5" />}
          {t(running ? "sources.syncing" : "sources.sync")}
        </Button>
        <SourceMenu source={source} running={running} onRun={onRun} onPause={onPause} onOpen={onOpen} />
      </div>
      {run?.state === "held" && !run.dry_run && !running && (
        <HeldNote source={source} held={run.held} onReport={() => onOpen("report")} onRemove={() => onOpen("removeHeld")} />
      )}
    </article>
  );
}

/** How many documents came from it, when it runs next, and who may read them. */
function Facts({ source }: { source: Source }) {
  const t = useAdminT();
  const formats = useFormats();
  const facts: ReactNode[] = [t("sources.documents", { count: source.documents })];
  if (!source.enabled) facts.push(<strong className="font-medium text-warn">{t("sources.paused")}</strong>);
  else if (source.next_run_at) facts.push(t("sources.next", { time: formats.dateTime(source.next_run_at) }));
  if (source.restricted) {
    const names = source.readers.map(({ name }) => name).join(t("list.separator"));
    facts.push(t("kb.readBy", { who: names || t("kb.onlyAdmins") }));
  }
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-0.5 pl-6.5 text-[0.8125rem] text-faint">
      {facts.map((fact, index) => (
        <span key={index}>{fact}</span>
      ))}
    </p>
  );
}

function SourceMenu({ source, running, onRun, onPause, onOpen }: SourceCardProps) {
  const t = useAdminT();
  return (
    <Menu trigger={<IconButton label={t("actions.for", { name: source.location })} icon={<Ellipsis aria-hidden />} />}>
      <MenuItem icon={<FlaskConical aria-hidden />} disabled={running} onSelect={() => onRun("dryRun")}>
        {t("sources.dryRun")}
      </MenuItem>
      {source.last_run && (
        <MenuItem icon={<ClipboardList aria-hidden />} onSelect={() => onOpen("report")}>
          {t("report.last")}
        </MenuItem>
      )}
      <MenuItem icon={<History aria-hidden />} onSelect={() => onOpen("history")}>
        {t("run.history")}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Pencil aria-hidden />} onSelect={() => onOpen("edit")}>
        {t("actions.edit")}
      </MenuItem>
      <MenuItem icon={source.enabled ? <Pause aria-hidden /> : <Play aria-hidden />} onSelect={() => onPause(source.enabled)}>
        {t(source.enabled ? "sources.pause" : "sources.resume")}
      </MenuItem>
      <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => onOpen("remove")}>
        {t("sources.remove")}
      </MenuItem>
    </Menu>
  );
}
