import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { useToasts } from "@/components/ui/toast";
import { useT } from "@/i18n/provider";

import { useChangeUser } from "../api/change-users";
import type { User } from "../api/shapes";
import { useAdminT } from "../texts";
import { LEAST_CHARACTERS, PasswordField } from "./password-field";

export function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useT();
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
        {change.error && (
          <div className="mt-4">
            <ErrorNote error={change.error} />
          </div>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" look="primary" busy={change.isPending}>
            {admin("people.resetSubmit")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
