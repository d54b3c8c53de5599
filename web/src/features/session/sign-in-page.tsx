import { useState, type FormEvent } from "react";

import { ApiError } from "@/api/errors";
import { Mark } from "@/components/brand";
import { Button } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { Field, Input } from "@/components/ui/input";
import { usePageTitle } from "@/hooks/use-page-title";
import { useLanguage, useT } from "@/i18n/provider";

import { useSignIn } from "./api/sign-in";

export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  const t = useT();
  usePageTitle(t("signIn.title"));
  return (
    <main className="flex min-h-dvh flex-col items-center px-5 pt-[16vh] pb-6">
      <div className="w-full max-w-[22rem]">
        <Mark className="size-9" />
        <h1 className="mt-5 text-2xl font-semibold tracking-tight">{t("app.name")}</h1>
        <p className="mt-1.5 text-muted">{t("app.tagline")}</p>
        <SignInForm onSignedIn={onSignedIn} />
        <p className="mt-6 text-sm text-faint">{t("signIn.forgotten")}</p>
      </div>
      <LanguageSwitch />
    </main>
  );
}

function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const t = useT();
  const signIn = useSignIn();
  const [missing, setMissing] = useState(false);
  const refused = signIn.error instanceof ApiError && signIn.error.status === 401;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const username = String(fields.get("username") ?? "").trim();
    const password = String(fields.get("password") ?? "");
    setMissing(!username || !password);
    if (username && password) signIn.mutate({ username, password }, { onSuccess: onSignedIn });
  };
  return (
    <form onSubmit={submit} className="mt-8 space-y-4" noValidate>
      <Field label={t("signIn.username")}>
        {(control) => <Input {...control} name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />}
      </Field>
      <Field label={t("signIn.password")} error={missing ? t("signIn.missing") : refused ? t("signIn.wrong") : null}>
        {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" />}
      </Field>
      {signIn.error && !refused && !missing && <ErrorNote error={signIn.error} />}
      <Button type="submit" look="primary" busy={signIn.isPending} className="w-full">
        {signIn.isPending ? t("signIn.working") : t("signIn.submit")}
      </Button>
    </form>
  );
}

function LanguageSwitch() {
  const { language, setLanguage } = useLanguage();
  const other = language === "en" ? ({ value: "zh-CN", name: "中文" } as const) : ({ value: "en", name: "English" } as const);
  return (
    <Button look="quiet" size="small" lang={other.value} className="mt-auto" onClick={() => setLanguage(other.value)}>
      {other.name}
    </Button>
  );
}
