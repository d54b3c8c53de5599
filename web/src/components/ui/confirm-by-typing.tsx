import { useState } from "react";

import { useT } from "@/i18n/provider";

import { Button } from "./button";
import { Dialog, DialogActions } from "./dialog";
import { Field, Input } from "./input";

interface ConfirmByTypingProps {
  title: string;
  /** What will be lost, as a sentence. */
  text: string;
  /** What has to be typed, usually the name of the thing. */
  word: string;
  confirm: string;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** For what cannot be undone. */
export function ConfirmByTyping({ title, text, word, confirm, busy, onConfirm, onClose }: ConfirmByTypingProps) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const matches = typed.trim() === word;
  return (
    <Dialog title={title} description={text} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (matches && !busy) onConfirm();
        }}
      >
        <Field label={t("common.typeToConfirm", { word })}>
          {(control) => (
            <Input {...control} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" spellCheck={false} />
          )}
        </Field>
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" look="danger" disabled={!matches} busy={busy}>
            {confirm}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
