import { ApiError } from "@/api/errors";
import { Dialog } from "@/components/ui/dialog";

import { useAddSource } from "../api/change-sources";
import type { Source } from "../api/shapes";
import { useAdminT } from "../texts";
import { bodyOf } from "./source-draft";
import { SourceForm } from "./source-form";

interface AddSourceDialogProps {
  knowledgeBaseId: string;
  onAdded: (source: Source) => void;
  onClose: () => void;
}

const ABOUT_THE_PLACE = ["invalid", "conflict", "not_found"];

export function AddSourceDialog({ knowledgeBaseId, onAdded, onClose }: AddSourceDialogProps) {
  const t = useAdminT();
  const add = useAddSource(knowledgeBaseId);
  const refused = add.error instanceof ApiError && ABOUT_THE_PLACE.includes(add.error.code) ? add.error.message : null;
  return (
    <Dialog title={t("sources.addTitle")} description={t("sources.addText")} onClose={onClose}>
      <SourceForm
        source={null}
        submit={t("sources.addSubmit")}
        busy={add.isPending}
        refused={refused}
        problem={refused ? null : add.error}
        onSubmit={(draft) => add.mutate(bodyOf(draft), { onSuccess: onAdded })}
        onCancel={onClose}
      />
    </Dialog>
  );
}
