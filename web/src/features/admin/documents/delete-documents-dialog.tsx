import { useState } from "react";

import { ConfirmByTyping } from "@/components/ui/confirm-by-typing";
import { Checkbox } from "@/components/ui/input";
import { useToasts } from "@/components/ui/toast";
import { useT } from "@/i18n/provider";

import { useDeleteDocuments } from "../api/delete-documents";
import type { AdminDocument } from "../api/shapes";
import { useAdminT } from "../texts";
import { useUploadQueue } from "../uploads/upload-context";

interface DeleteDocumentsDialogProps {
  knowledgeBaseId: string;
  documents: readonly Pick<AdminDocument, "id" | "title">[];
  onDeleted: () => void;
  onClose: () => void;
}

export function DeleteDocumentsDialog({ knowledgeBaseId, documents, onDeleted, onClose }: DeleteDocumentsDialogProps) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const queue = useUploadQueue();
  const remove = useDeleteDocuments(knowledgeBaseId);
  const [purge, setPurge] = useState(false);
  const count = documents.length;
  const [first] = documents;
  return (
    <ConfirmByTyping
      title={count === 1 && first ? admin("documents.deleteOne", { name: first.title }) : admin("documents.deleteMany", { count })}
      text={admin("documents.deleteText", { count })}
      word={admin("confirm.delete")}
      confirm={t("common.delete")}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          { ids: documents.map(({ id }) => id), purge },
          {
            onSuccess: (failed) => {
              const [problem] = failed;
              const left = new Set(failed.map(({ item }) => item));
              queue.forget(new Set(documents.map(({ id }) => id).filter((id) => !left.has(id))));
              if (problem) toasts.showError(problem.error);
              if (failed.length < count) {
                toasts.show({ text: admin(purge ? "documents.purged" : "documents.deleted", { count: count - failed.length }) });
                onDeleted();
              }
              onClose();
            },
          },
        )
      }
    >
      <Checkbox
        label={admin("documents.purge")}
        hint={admin("documents.purgeHint")}
        checked={purge}
        onChange={(event) => setPurge(event.target.checked)}
      />
    </ConfirmByTyping>
  );
}
