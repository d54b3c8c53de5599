import { useState } from "react";

import type { Conversation } from "@/api/types";
import { Dialog } from "@/components/ui/dialog";
import { DialogSubmit } from "@/components/ui/dialog-submit";
import { Field, Input } from "@/components/ui/input";
import { useT } from "@/i18n/provider";

import { useChangeConversation } from "./api/change-conversation";

const LIMIT = 200; // characters

export function RenameDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const t = useT();
  const [title, setTitle] = useState(conversation.title);
  const change = useChangeConversation();
  return (
    <Dialog title={t("history.rename")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (title.trim()) change.mutate({ id: conversation.id, title: title.trim() }, { onSuccess: onClose });
        }}
      >
        <Field label={t("history.newTitle")}>
          {(control) => (
            <Input {...control} value={title} maxLength={LIMIT} onChange={(event) => setTitle(event.target.value)} />
          )}
        </Field>
        <DialogSubmit submit={t("common.save")} disabled={!title.trim()} busy={change.isPending} error={change.error} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
