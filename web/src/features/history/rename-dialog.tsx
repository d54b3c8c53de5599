import { useState } from "react";

import type { Conversation } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
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
        {change.error && (
          <div className="mt-4">
            <ErrorNote error={change.error} />
          </div>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" look="primary" disabled={!title.trim()} busy={change.isPending}>
            {t("common.save")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
