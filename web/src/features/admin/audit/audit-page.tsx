import { useQuery } from "@tanstack/react-query";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { Select } from "@/components/ui/input";
import { Cell, HeadCell, Pager, Row, Table, TableBody, TableHead } from "@/components/ui/table";
import { Working } from "@/components/ui/working";
import { useFormats } from "@/i18n/provider";

import { AUDIT_SHOWN, auditQuery, type AuditFilter } from "../api/get-audit";
import type { AuditEntry } from "../api/shapes";
import { AdminPage } from "../parts/admin-page";
import { SearchField } from "../parts/search-field";
import { useAdminT } from "../texts";
import { ACTIONS, isKnownAction } from "./actions";

interface AuditPageProps {
  filter: AuditFilter;
  onFilter: (change: Partial<AuditFilter>) => void;
}

export function AuditPage({ filter, onFilter }: AuditPageProps) {
  const t = useAdminT();
  const { data, error, isPending, refetch } = useQuery(auditQuery(filter));
  return (
    <AdminPage title={t("audit.title")} lead={t("audit.lead")}>
      <div className="mb-4 flex flex-wrap gap-2">
        <SearchField label={t("audit.search")} value={filter.q} onChange={(q) => onFilter({ q })} className="grow basis-52 sm:max-w-80" />
        <Select
          aria-label={t("audit.actionFilter")}
          value={filter.action}
          onChange={(event) => onFilter({ action: event.target.value })}
          className="w-auto text-sm"
        >
          <option value="">{t("audit.allActions")}</option>
          {ACTIONS.map((action) => (
            <option key={action} value={action}>
              {t(`action.${action}`)}
            </option>
          ))}
        </Select>
      </div>
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {isPending && <Working text={t("audit.loading")} />}
      {data?.items.length === 0 && (
        <EmptyState
          title={t("audit.none")}
          next={t("documents.noMatchNext")}
          action={<Button onClick={() => onFilter({ q: "", action: "" })}>{t("filters.clear")}</Button>}
        />
      )}
      {data && data.items.length > 0 && (
        <>
          <Table label={t("audit.title")}>
            <TableHead>
              <HeadCell className="pl-4">{t("audit.when")}</HeadCell>
              <HeadCell>{t("audit.who")}</HeadCell>
              <HeadCell>{t("audit.what")}</HeadCell>
            </TableHead>
            <TableBody>
              {data.items.map((entry) => (
                <EntryRow key={entry.id} entry={entry} />
              ))}
            </TableBody>
          </Table>
          <Pager offset={filter.offset} limit={AUDIT_SHOWN} total={data.total} onOffset={(offset) => onFilter({ offset })} />
        </>
      )}
    </AdminPage>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const t = useAdminT();
  const formats = useFormats();
  const details = Object.entries(entry.detail);
  return (
    <Row>
      <Cell className="figures w-px pl-4 align-top text-[0.8125rem] text-muted sm:text-sm sm:whitespace-nowrap">
        <time dateTime={entry.at}>{formats.dateTime(entry.at)}</time>
      </Cell>
      <Cell className="w-px align-top whitespace-nowrap">{entry.actor === "system" ? t("audit.system") : entry.actor}</Cell>
      <Cell className="align-top">
        <p className="[overflow-wrap:anywhere]">
          {isKnownAction(entry.action) ? t(`action.${entry.action}`) : entry.action}
          {entry.target && <span className="font-medium"> {entry.target}</span>}
        </p>
        {details.length > 0 && (
          <p className="text-[0.8125rem] text-faint [overflow-wrap:anywhere]">{details.map(([name, value]) => `${name}: ${value}`).join(" · ")}</p>
        )}
      </Cell>
    </Row>
  );
}
