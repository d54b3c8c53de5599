import { useState, type ReactNode } from "react";

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
  /** Choices that go with it, above the field. */
  children?: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
}

/** For what cannot be undone. */
export function ConfirmByTyping({ title, text, word, confirm, busy, children, onConfirm, onClose }: ConfirmByTypingProps) {
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
        {children && <div className="mb-4">{children}</div>}
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
