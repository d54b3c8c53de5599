/** What is shown where there is no page, no page yet, or a page that broke. */
import { Link, type ErrorComponentProps } from "@tanstack/react-router";

import { ApiError } from "@/api/errors";
import { Button, buttonLook } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { Working } from "@/components/ui/working";
import { useT } from "@/i18n/provider";

export function Pending() {
  const t = useT();
  return <Working text={t("app.loading")} className="p-8" />;
}

export function NotFound() {
  const t = useT();
  return (
    <main className="mx-auto max-w-xl px-6 py-[18vh]">
      <h1 className="text-2xl font-semibold tracking-tight">{t("app.notFound")}</h1>
      <p className="mt-2 text-muted">{t("app.notFoundNext")}</p>
      <Link to="/" className={`${buttonLook("primary")} mt-6`}>
        {t("app.home")}
      </Link>
    </main>
  );
}

export function Crashed({ error, reset }: ErrorComponentProps) {
  const t = useT();
  if (error instanceof ApiError) {
    return (
      <main className="mx-auto max-w-xl px-6 py-[18vh]">
        <ErrorNote error={error} onRetry={() => window.location.reload()} />
      </main>
    );
  }
  return (
    <main className="mx-auto max-w-xl px-6 py-[18vh]">
      <h1 className="text-2xl font-semibold tracking-tight">{t("app.crashed")}</h1>
      <p className="mt-2 text-muted">{t("app.crashedNext")}</p>
      <Button
        look="primary"
        className="mt-6"
        onClick={() => {
          reset();
          window.location.reload();
        }}
      >
        {t("app.reload")}
      </Button>
    </main>
  );
}
