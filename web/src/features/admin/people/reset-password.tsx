import { useState } from "react";

import { Dialog } from "@/components/ui/dialog";
import { DialogSubmit } from "@/components/ui/dialog-submit";
import { useToasts } from "@/components/ui/toast";

import { useChangeUser } from "../api/change-users";
import type { User } from "../api/shapes";
import { useAdminT } from "../texts";
import { LEAST_CHARACTERS, PasswordField } from "./password-field";

export function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const admin = useAdminT();
  const toasts = useToasts();
  const change = useChangeUser();
  const [password, setPassword] = useState("");
  const [asked, setAsked] = useState(false);
  const short = password.length < LEAST_CHARACTERS;
  return (
    <Dialog title={admin("people.resetTitle", { name: user.display_name })} description={admin("people.resetText")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (short || change.isPending) return;
          change.mutate(
            { id: user.id, patch: { password } },
            {
              onSuccess: () => {
                toasts.show({ text: admin("people.resetDone", { name: user.display_name }) });
                onClose();
              },
            },
          );
        }}
      >
        <PasswordField value={password} onChange={setPassword} error={asked && short ? admin("people.passwordShort", { count: LEAST_CHARACTERS }) : null} />
        <DialogSubmit submit={admin("people.resetSubmit")} busy={change.isPending} error={change.error} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
