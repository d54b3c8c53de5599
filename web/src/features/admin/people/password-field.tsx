import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Field, Input } from "@/components/ui/input";

import { useAdminT } from "../texts";
import { newPassword } from "./new-password";

export const LEAST_CHARACTERS = 10;

interface PasswordFieldProps {
  value: string;
  error: string | null;
  onChange: (password: string) => void;
}

/** In plain letters, because it has to be handed over. */
export function PasswordField({ value, error, onChange }: PasswordFieldProps) {
  const t = useAdminT();
  return (
    <Field label={t("people.password")} hint={t("people.passwordHint", { count: LEAST_CHARACTERS })} error={error}>
      {(control) => (
        <div className="flex items-center gap-1">
          <Input
            {...control}
            value={value}
            maxLength={200}
            autoComplete="new-password"
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
            className="font-mono text-sm"
          />
          <CopyButton text={value} label={t("people.copyPassword")} />
          <Button look="quiet" size="small" onClick={() => onChange(newPassword((bytes) => crypto.getRandomValues(bytes)))}>
            {t("people.generate")}
          </Button>
        </div>
      )}
    </Field>
  );
}
