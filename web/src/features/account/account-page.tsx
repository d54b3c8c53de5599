import type { Me } from "@/api/types";
import { usePageTitle } from "@/hooks/use-page-title";
import { useT } from "@/i18n/provider";

import { ApiKeys } from "./api-keys";
import { PasswordForm } from "./password-form";

export function AccountPage({ me }: { me: Me }) {
  const t = useT();
  usePageTitle(t("account.title"));
  return (
    <div className="mx-auto w-full max-w-3xl px-5 pt-8 pb-16 lg:px-10">
      <h1 className="text-2xl font-semibold tracking-tight [:lang(zh)_&]:tracking-normal">{t("account.title")}</h1>
      <p className="mt-1 text-muted">
        {t("account.signedInAs", { name: `${me.display_name} (${me.username})` })} · {t(`account.role.${me.role}`)}
      </p>
      <section aria-labelledby="password-heading" className="mt-10">
        <h2 id="password-heading" className="text-lg font-semibold">
          {t("account.password")}
        </h2>
        <p className="mt-0.5 text-sm text-muted">{t("account.passwordNote")}</p>
        <PasswordForm />
      </section>
      <section aria-labelledby="keys-heading" className="mt-12">
        <h2 id="keys-heading" className="text-lg font-semibold">
          {t("account.keys")}
        </h2>
        <p className="mt-0.5 text-sm text-muted">{t("account.keysNote")}</p>
        <ApiKeys />
      </section>
    </div>
  );
}
