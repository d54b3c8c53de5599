import { useState, type FormEvent } from "react";

import { Button } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { Field, Input } from "@/components/ui/input";
import { useToasts } from "@/components/ui/toast";
import { useT } from "@/i18n/provider";

import { useChangePassword } from "./api/change-password";

const SHORTEST = 10; // characters

export function PasswordForm() {
  const t = useT();
  const toasts = useToasts();
  const change = useChangePassword();
  const [tooShort, setTooShort] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const body = { current: String(fields.get("current") ?? ""), new: String(fields.get("new") ?? "") };
    const short = [...body.new].length < SHORTEST;
    setTooShort(short);
    if (short || !body.current) return;
    change.mutate(body, {
      onSuccess() {
        form.reset();
        toasts.show({ text: t("account.passwordChanged") });
      },
    });
  };
  return (
    <form onSubmit={submit} className="mt-4 max-w-sm space-y-4" noValidate>
      <Field label={t("account.currentPassword")}>
        {(control) => <Input {...control} name="current" type="password" autoComplete="current-password" required />}
      </Field>
      <Field
        label={t("account.newPassword")}
        hint={t("account.newPasswordHint", { count: SHORTEST })}
        error={tooShort ? t("account.passwordTooShort", { count: SHORTEST }) : null}
      >
        {(control) => <Input {...control} name="new" type="password" autoComplete="new-password" required />}
      </Field>
      {change.error && <ErrorNote error={change.error} />}
      <Button type="submit" look="primary" busy={change.isPending}>
        {t("account.changePassword")}
      </Button>
    </form>
  );
}
