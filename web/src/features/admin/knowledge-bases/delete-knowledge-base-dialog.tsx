import { ConfirmByTyping } from "@/components/ui/confirm-by-typing";
import { useToasts } from "@/components/ui/toast";
import { useT } from "@/i18n/provider";

import { useDeleteKnowledgeBase } from "../api/delete-knowledge-base";
import type { AdminKnowledgeBase } from "../api/shapes";
import { useAdminT } from "../texts";

interface DeleteKnowledgeBaseDialogProps {
  knowledgeBase: AdminKnowledgeBase;
  onDeleted?: () => void;
  onClose: () => void;
}

export function DeleteKnowledgeBaseDialog({ knowledgeBase, onDeleted, onClose }: DeleteKnowledgeBaseDialogProps) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const remove = useDeleteKnowledgeBase();
  return (
    <ConfirmByTyping
      title={admin("kb.deleteTitle", { name: knowledgeBase.name })}
      text={admin("kb.deleteText", { count: knowledgeBase.documents })}
      word={knowledgeBase.name}
      confirm={t("common.delete")}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(knowledgeBase.id, {
          onSuccess: () => {
            toasts.show({ text: admin("kb.deleted", { name: knowledgeBase.name }) });
            onDeleted?.();
            onClose();
          },
          onError: (error) => {
            toasts.showError(error);
            onClose();
          },
        })
      }
    />
  );
}
