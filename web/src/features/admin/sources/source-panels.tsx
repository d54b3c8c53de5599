import { useState } from "react";

import { ConfirmByTyping } from "@/components/ui/confirm-by-typing";
import { useToasts } from "@/components/ui/toast";

import { useRemoveSource, type RunWish } from "../api/change-sources";
import type { Source } from "../api/shapes";
import { useAdminT } from "../texts";
import { EditSourceDialog } from "./edit-source-dialog";
import { RunHistory } from "./run-history";
import { RunReport } from "./run-report";
import type { SourcePanel } from "./source-card";

interface SourcePanelsProps {
  knowledgeBaseId: string;
  source: Source;
  panel: SourcePanel;
  onRun: (wish: RunWish) => void;
  onClose: () => void;
}

/** Whatever is open for one source. */
export function SourcePanels({ knowledgeBaseId, source, panel, onRun, onClose }: SourcePanelsProps) {
  const t = useAdminT();
  const [runId, setRunId] = useState<string | null>(panel === "report" ? (source.last_run?.id ?? null) : null);
  if (runId !== null) return <RunReport runId={runId} onClose={onClose} />;
  if (panel === "history") return <RunHistory source={source} onReport={setRunId} onClose={onClose} />;
  if (panel === "edit") return <EditSourceDialog knowledgeBaseId={knowledgeBaseId} source={source} onClose={onClose} />;
  if (panel === "remove") return <RemoveSource knowledgeBaseId={knowledgeBaseId} source={source} onClose={onClose} />;
  return (
    <ConfirmByTyping
      title={t("held.removeTitle")}
      text={t("held.removeText", { count: source.last_run?.held ?? 0 })}
      word={t("confirm.remove")}
      confirm={t("held.remove")}
      onClose={onClose}
      onConfirm={() => {
        onRun("removeAnyway");
        onClose();
      }}
    />
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
