import { Link } from "@tanstack/react-router";

import { buttonLook } from "@/components/ui/button";
import { usePageTitle } from "@/hooks/use-page-title";

import { useAdminT } from "./texts";

export function OnlyAdmins() {
  const t = useAdminT();
  usePageTitle(t("onlyAdmins.title"));
  return (
    <div className="mx-auto max-w-xl px-6 py-[18vh]">
      <h1 className="text-2xl font-semibold tracking-tight">{t("onlyAdmins.title")}</h1>
      <p className="mt-2 text-muted">{t("onlyAdmins.next")}</p>
      <Link to="/" className={`${buttonLook("primary")} mt-6`}>
        {t("onlyAdmins.home")}
      </Link>
    </div>
  );
}
