import { Dialog } from "@/components/ui/dialog";
import { useToasts } from "@/components/ui/toast";

import { useChangeSource } from "../api/change-sources";
import type { Source } from "../api/shapes";
import { useAdminT } from "../texts";
import { patchOf } from "./source-draft";
import { SourceForm } from "./source-form";

interface EditSourceDialogProps {
  knowledgeBaseId: string;
  source: Source;
  onClose: () => void;
}

export function EditSourceDialog({ knowledgeBaseId, source, onClose }: EditSourceDialogProps) {
  const t = useAdminT();
  const toasts = useToasts();
  const change = useChangeSource(knowledgeBaseId);
  const saved = () => {
    toasts.show({ text: t("sources.saved") });
    onClose();
  };
  return (
    <Dialog title={t("sources.editTitle")} description={source.location} onClose={onClose}>
      <SourceForm
        source={source}
        submit={t("sources.save")}
        busy={change.isPending}
        refused={null}
        problem={change.error}
        onSubmit={(draft) => change.mutate({ sourceId: source.id, patch: patchOf(draft) }, { onSuccess: saved })}
        onCancel={onClose}
      />
    </Dialog>
  );
}
