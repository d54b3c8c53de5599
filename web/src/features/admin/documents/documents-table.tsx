import { Link } from "@tanstack/react-router";
import { Download, Ellipsis, FileText, RotateCcw, Tag, Trash2 } from "lucide-react";
import type { ReactNode } from "react";

import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuLink } from "@/components/ui/menu";
import { Cell, HeadCell, Row, SortCell, Table, TableBody, TableHead } from "@/components/ui/table";
import { useToasts } from "@/components/ui/toast";
import { useFormats, useT } from "@/i18n/provider";

import { originalAddress } from "../api/get-document";
import { useRetryDocument } from "../api/retry-document";
import type { AdminDocument, Job } from "../api/shapes";
import type { DocumentSort } from "../filters";
import { Ago } from "../parts/ago";
import { FailureLine } from "../parts/failure-line";
import { StageBadge } from "../parts/stage-badge";
import { progressOfDocument } from "../progress-of";
import { useAdminT } from "../texts";
import { directionOf, flipped, type SortColumn } from "./sorting";

interface DocumentsTableProps {
  documents: readonly AdminDocument[];
  newest: ReadonlyMap<string, Job>;
  sort: DocumentSort;
  onSort: (sort: DocumentSort) => void;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onTag: (document: AdminDocument) => void;
  onDelete: (document: AdminDocument) => void;
}

const WIDE = "hidden md:table-cell";

export function DocumentsTable({ documents, newest, sort, onSort, selected, onSelect, onTag, onDelete }: DocumentsTableProps) {
  const t = useAdminT();
  const all = documents.every(({ id }) => selected.has(id));
  const select = (ids: readonly string[], on: boolean) => {
    const next = new Set(selected);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    onSelect(next);
  };
  const sortable = (column: SortColumn, label: string, className?: string) => (
    <SortCell direction={directionOf(sort, column)} onSort={() => onSort(flipped(sort, column))} className={className}>
      {label}
    </SortCell>
  );
  return (
    <Table label={t("tabs.documents")}>
      <TableHead>
        <HeadCell className="w-10 pr-0 pl-4">
          <SelectBox
            label={t("documents.selectAll")}
            checked={all}
            onChange={(on) => select(documents.map(({ id }) => id), on)}
          />
        </HeadCell>
        {sortable("name", t("documents.name"))}
        <HeadCell className="hidden lg:table-cell">{t("tags.title")}</HeadCell>
        <HeadCell className={WIDE}>{t("documents.state")}</HeadCell>
        {sortable("size", t("kb.size"), `text-right ${WIDE}`)}
        <HeadCell className={`text-right ${WIDE}`}>{t("kb.passages")}</HeadCell>
        {sortable("updated", t("documents.changed"), WIDE)}
        <HeadCell className="w-10">
          <span className="sr-only">{t("actions.title")}</span>
        </HeadCell>
      </TableHead>
      <TableBody>
        {documents.map((document) => (
          <DocumentRow
            key={document.id}
            document={document}
            job={newest.get(document.id)}
            onTag={() => onTag(document)}
            onDelete={() => onDelete(document)}
            box={
              <SelectBox
                label={t("documents.select", { name: document.title })}
                checked={selected.has(document.id)}
                onChange={(on) => select([document.id], on)}
              />
            }
            selected={selected.has(document.id)}
          />
        ))}
      </TableBody>
    </Table>
  );
}

function SelectBox({ label, checked, onChange }: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  return (
    <input
      type="checkbox"
      aria-label={label}
      checked={checked}
      onChange={(event) => onChange(event.target.checked)}
      className="block size-4 accent-accent"
    />
  );
}

interface DocumentRowProps {
  document: AdminDocument;
  job: Job | undefined;
  box: ReactNode;
  selected: boolean;
  onTag: () => void;
  onDelete: () => void;
}

function DocumentRow({ document, job, box, selected, onTag, onDelete }: DocumentRowProps) {
  const t = useAdminT();
  const formats = useFormats();
  const progress = progressOfDocument(document, job);
  const badge = <StageBadge stage={progress.stage} done={progress.done} total={progress.total} />;
  return (
    <Row aria-selected={selected}>
      <Cell className="w-10 pr-0 pl-4">{box}</Cell>
      <Cell className="min-w-56 py-2">
        <Link
          to="/admin/documents/$documentId"
          params={{ documentId: document.id }}
          className="font-medium [overflow-wrap:anywhere] hover:text-accent hover:underline"
        >
          {document.title}
        </Link>
        {document.filename !== document.title && (
          <span className="block text-[0.8125rem] text-faint [overflow-wrap:anywhere]">
            {document.filename}
            {document.source && ` · ${t("documents.fromSource")}`}
          </span>
        )}
        {document.tags.length > 0 && (
          <span className="mt-1 flex flex-wrap gap-1 lg:hidden">
            <Tags tags={document.tags} />
          </span>
        )}
        {progress.error && <FailureLine sentence={progress.error} code={progress.code} />}
        <span className="mt-1.5 flex flex-wrap items-center gap-2 md:hidden">
          {badge}
          <span className="figures text-[0.8125rem] text-faint">
            {formats.bytes(document.size)} · <Ago at={document.updated_at} />
          </span>
        </span>
      </Cell>
      <Cell className="hidden lg:table-cell">
        <span className="flex max-w-60 flex-wrap gap-1">
          <Tags tags={document.tags} />
        </span>
      </Cell>
      <Cell className={WIDE}>{badge}</Cell>
      <Cell className={`figures text-right whitespace-nowrap ${WIDE}`}>{formats.bytes(document.size)}</Cell>
      <Cell className={`figures text-right ${WIDE}`}>{formats.number(document.chunks)}</Cell>
      <Cell className={`whitespace-nowrap text-muted ${WIDE}`}>
        <Ago at={document.updated_at} />
      </Cell>
      <Cell className="w-10 py-1 pr-2 text-right">
        <RowMenu document={document} onTag={onTag} onDelete={onDelete} />
      </Cell>
    </Row>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  return tags.map((tag) => <Badge key={tag}>{tag}</Badge>);
}

function RowMenu({ document, onTag, onDelete }: { document: AdminDocument; onTag: () => void; onDelete: () => void }) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const retry = useRetryDocument(document.knowledge_base_id);
  return (
    <Menu trigger={<IconButton label={admin("actions.for", { name: document.title })} icon={<Ellipsis aria-hidden />} />}>
      <MenuLink>
        <Link to="/admin/documents/$documentId" params={{ documentId: document.id }}>
          <FileText aria-hidden />
          {admin("documents.open")}
        </Link>
      </MenuLink>
      {document.chunks > 0 && (
        <MenuLink>
          <a href={originalAddress(document.id)} download>
            <Download aria-hidden />
            {admin("documents.download")}
          </a>
        </MenuLink>
      )}
      {document.state === "failed" && (
        <MenuItem icon={<RotateCcw aria-hidden />} onSelect={() => retry.mutate(document.id, { onError: toasts.showError })}>
          {t("common.retry")}
        </MenuItem>
      )}
      <MenuItem icon={<Tag aria-hidden />} onSelect={onTag}>
        {admin("tags.edit")}
      </MenuItem>
      <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={onDelete}>
        {t("common.delete")}
      </MenuItem>
    </Menu>
  );
}
