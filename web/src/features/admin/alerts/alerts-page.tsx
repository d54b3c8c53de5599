import { useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";

import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useLanguage } from "@/i18n/provider";

import { alertsQuery, useTestAlert } from "../api/alerts";
import type { Alert } from "../api/shapes";
import { AdminPage } from "../parts/admin-page";
import { Ago } from "../parts/ago";
import { ToldReason } from "../parts/told-reason";
import { useAdminT } from "../texts";
import { channelsOf } from "./channels";

export function AlertsPage() {
  const t = useAdminT();
  const { data, error, isPending, refetch } = useQuery(alertsQuery);
  return (
    <AdminPage title={t("alerts.title")} lead={t("alerts.lead")} actions={<TestButton />}>
      {isPending && <Working text={t("alerts.loading")} />}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <EmptyState title={t("alerts.none")} next={t("alerts.noneNext")} />}
      {data && data.length > 0 && (
        <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
          {data.map((alert) => (
            <AlertItem key={alert.id} alert={alert} />
          ))}
        </ol>
      )}
    </AdminPage>
  );
}

function AlertItem({ alert }: { alert: Alert }) {
  const t = useAdminT();
  const { language } = useLanguage();
  const { reached, missed } = channelsOf(alert.delivered);
  const names = reached.map((channel) => t(`channel.${channel}`).trim());
  return (
    <li className="space-y-1 px-4 py-3 text-sm">
      <p className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <Badge tone={toneOf(alert)}>{t(`alertKind.${alert.kind}`)}</Badge>
        <Ago at={alert.created_at} className="text-faint" />
      </p>
      <p className="max-w-prose whitespace-pre-line [overflow-wrap:anywhere]">
        <ToldReason sentence={alert.text} code={alert.reason_code} />
      </p>
      {alert.resolved_at && (
        <p className="text-ok">
          {t("alerts.resolved")} <Ago at={alert.resolved_at} />
        </p>
      )}
      {names.length > 0 && (
        <p className="text-faint">{t("alerts.delivered", { channels: new Intl.ListFormat(language, { type: "conjunction" }).format(names) })}</p>
      )}
      {missed.map(({ channel, why }) => (
        <p key={channel} className="text-danger">
          {t("alerts.undelivered", { channel: t(`channel.${channel}`).trim(), why })}
        </p>
      ))}
    </li>
  );
}

function toneOf(alert: Alert): Tone {
  if (alert.kind === "well") return "ok";
  if (alert.resolved_at) return "neutral";
  return alert.kind === "failed" || alert.kind === "lost" ? "danger" : "warn";
}

function TestButton() {
  const t = useAdminT();
  const toasts = useToasts();
  const test = useTestAlert();
  const tell = ({ delivered }: { delivered: Record<string, string> }) => {
    const { reached, missed } = channelsOf(delivered);
    const [first] = missed;
    if (first) toasts.show({ text: t("alerts.notTested", { why: first.why }) });
    else toasts.show({ text: t(reached.length > 0 ? "alerts.tested" : "alerts.nowhere") });
  };
  return (
    <Button busy={test.isPending} onClick={() => test.mutate(undefined, { onSuccess: tell, onError: toasts.showError })}>
      {!test.isPending && <Send aria-hidden className="size-4" />}
      {t("alerts.test")}
    </Button>
  );
}
