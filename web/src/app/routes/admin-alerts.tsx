import { AlertsPage } from "@/features/admin/alerts/alerts-page";

export function AlertsRoute() {
  return <AlertsPage />;
}
