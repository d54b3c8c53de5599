import { useQuery } from "@tanstack/react-query";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { Cell, HeadCell, Pager, Row, Table, TableBody, TableHead } from "@/components/ui/table";
import { Working } from "@/components/ui/working";
import { useFormats, useT } from "@/i18n/provider";

import { AUDIT_SHOWN, auditQuery, type AuditFilter } from "../api/get-audit";
import type { AuditEntry } from "../api/shapes";
import { AdminPage } from "../parts/admin-page";
import { FilterSelect } from "../parts/filter-select";
import { SearchField } from "../parts/search-field";
import { useAdminT } from "../texts";
import { ACTIONS, isKnownAction, isKnownDetail } from "./actions";
import { detailText } from "./detail-words";

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
        <SearchField label={t("audit.search")} value={filter.q} onChange={(q) => onFilter({ q })} className="w-full sm:w-80" />
        <FilterSelect
          label={t("audit.actionFilter")}
          value={isKnownAction(filter.action) ? filter.action : null}
          all={t("audit.allActions")}
          options={ACTIONS.map((action) => ({ value: action, label: t(`action.${action}`) }))}
          onChange={(action) => onFilter({ action: action ?? "" })}
          className="w-full sm:w-60"
        />
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
              <HeadCell className="hidden pl-4 sm:table-cell">{t("audit.when")}</HeadCell>
              <HeadCell className="hidden sm:table-cell">{t("audit.who")}</HeadCell>
              <HeadCell className="max-sm:pl-4">{t("audit.what")}</HeadCell>
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
  const words = { t: useT(), admin: t, formats: useFormats() };
  const { formats } = words;
  const actor = entry.actor === "system" ? t("audit.system") : entry.actor;
  const details = Object.entries(entry.detail).map(([name, value]) =>
    isKnownDetail(name) ? t("audit.detail", { name: t(`detail.${name}`), value: detailText(name, value, words) }) : `${name}: ${value}`,
  );
  return (
    <Row>
      <Cell className="figures hidden w-px pl-4 align-top whitespace-nowrap text-muted sm:table-cell">
        <time dateTime={entry.at}>{formats.dateTime(entry.at)}</time>
      </Cell>
      <Cell className="hidden w-px align-top whitespace-nowrap sm:table-cell">{actor}</Cell>
      <Cell className="align-top max-sm:pl-4">
        <p className="figures text-[0.8125rem] text-muted sm:hidden">
          {actor} · <time dateTime={entry.at}>{formats.dateTime(entry.at)}</time>
        </p>
        <p className="[overflow-wrap:anywhere]">
          {isKnownAction(entry.action) ? t(`action.${entry.action}`) : entry.action}
          {entry.target && <span className="font-medium"> {targetOf(entry, t)}</span>}
        </p>
        {details.length > 0 && (
          <p className="text-[0.8125rem] text-faint [overflow-wrap:anywhere]">{details.join(" · ")}</p>
        )}
      </Cell>
    </Row>
  );
}

/** Whom or what it was done to. Where that is a count or nothing at all, the server says so in English. */
function targetOf({ action, target }: AuditEntry, t: ReturnType<typeof useAdminT>): string {
  const count = Number.parseInt(target, 10);
  if (action === "unanswered.group" && !Number.isNaN(count)) return t("audit.groups", { count });
  if (action === "alert.test" && target === "no channel") return t("audit.noChannel");
  return target;
}
