import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { Pager } from "@/components/ui/table";
import { Working } from "@/components/ui/working";

import { DOCUMENTS_SHOWN, documentsQuery, type DocumentFilter } from "../api/get-documents";
import { knowledgeBaseIn, knowledgeBasesQuery } from "../api/get-knowledge-bases";
import type { AdminDocument } from "../api/shapes";
import { tagsQuery } from "../api/tags";
import { DOCUMENT_STATES } from "../filters";
import { FilterSelect } from "../parts/filter-select";
import { SearchField } from "../parts/search-field";
import { useAdminT } from "../texts";
import { ChooseFiles } from "../uploads/choose-files";
import { UploadPanel } from "../uploads/upload-panel";
import { useUploadRows } from "../uploads/use-upload-rows";
import { DeleteDocumentsDialog } from "./delete-documents-dialog";
import { DocumentsTable } from "./documents-table";
import { TagsDialog } from "./tags-dialog";

interface DocumentsPageProps {
  knowledgeBaseId: string;
  filter: DocumentFilter;
  onFilter: (change: Partial<DocumentFilter>) => void;
}

export function DocumentsPage({ knowledgeBaseId, filter, onFilter }: DocumentsPageProps) {
  const t = useAdminT();
  const knowledgeBases = useQuery(knowledgeBasesQuery);
  const working = (knowledgeBaseIn(knowledgeBases.data, knowledgeBaseId)?.working ?? 0) > 0;
  const { rows, busy, newest } = useUploadRows(knowledgeBaseId, working);
  const { data, error, isPending, refetch } = useQuery(documentsQuery(knowledgeBaseId, filter, working || busy));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [tagging, setTagging] = useState<readonly AdminDocument[]>([]);
  const tags = useQuery(tagsQuery(knowledgeBaseId)).data ?? [];
  const [deleting, setDeleting] = useState<readonly AdminDocument[]>([]);
  const chosen = data?.items.filter(({ id }) => selected.has(id)) ?? [];
  const filtered = filter.q !== "" || filter.state !== null || filter.tag !== null;
  const empty = data?.items.length === 0 && !filtered && rows.length === 0;
  return (
    <>
      {!empty && (
        <div className="mb-4 flex flex-wrap gap-2">
          <SearchField label={t("documents.search")} value={filter.q} onChange={(q) => onFilter({ q })} className="w-full sm:w-80" />
          <FilterSelect
            label={t("documents.stateFilter")}
            value={filter.state}
            all={t("documents.allStates")}
            options={DOCUMENT_STATES.map((state) => ({ value: state, label: t(`stage.${state}`) }))}
            onChange={(state) => onFilter({ state })}
            className="grow basis-36 sm:max-w-48"
          />
          {(tags.length > 0 || filter.tag !== null) && (
            <FilterSelect
              label={t("tags.filter")}
              value={filter.tag}
              all={t("tags.all")}
              options={[...new Set([...tags, ...(filter.tag !== null ? [filter.tag] : [])])].map((tag) => ({ value: tag, label: tag }))}
              onChange={(tag) => onFilter({ tag })}
              className="grow basis-36 sm:max-w-48"
            />
          )}
          <div className="ml-auto">
            <ChooseFiles knowledgeBaseId={knowledgeBaseId} />
          </div>
        </div>
      )}
      <UploadPanel knowledgeBaseId={knowledgeBaseId} rows={rows} />
      {chosen.length > 0 && (
        <div className="mb-3 flex flex-wrap items-center gap-3 rounded-md bg-accent-soft px-4 py-1.5 text-sm">
          <span role="status">{t("documents.selected", { count: chosen.length })}</span>
          <Button size="small" onClick={() => setTagging(chosen)}>
            {t("tags.edit")}
          </Button>
          <Button look="danger" size="small" onClick={() => setDeleting(chosen)}>
            {t("documents.deleteSelected")}
          </Button>
          <Button look="quiet" size="small" onClick={() => setSelected(new Set())}>
            {t("documents.unselect")}
          </Button>
        </div>
      )}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {isPending && <Working text={t("documents.loading")} />}
      {empty && (
        <EmptyState title={t("documents.none")} next={t("documents.noneNext")} action={<ChooseFiles knowledgeBaseId={knowledgeBaseId} />} />
      )}
      {data && data.items.length === 0 && filtered && (
        <EmptyState
          title={t("documents.noMatch")}
          next={t("documents.noMatchNext")}
          action={<Button onClick={() => onFilter({ q: "", state: null, tag: null })}>{t("filters.clear")}</Button>}
        />
      )}
      {data && data.items.length > 0 && (
        <>
          <DocumentsTable
            documents={data.items}
            newest={newest}
            sort={filter.sort}
            onSort={(sort) => onFilter({ sort })}
            selected={selected}
            onSelect={setSelected}
            onTag={(document) => setTagging([document])}
            onDelete={(document) => setDeleting([document])}
          />
          <Pager offset={filter.offset} limit={DOCUMENTS_SHOWN} total={data.total} onOffset={(offset) => onFilter({ offset })} />
        </>
      )}
      {tagging.length > 0 && <TagsDialog knowledgeBaseId={knowledgeBaseId} documents={tagging} onClose={() => setTagging([])} />}
      {deleting.length > 0 && (
        <DeleteDocumentsDialog
          knowledgeBaseId={knowledgeBaseId}
          documents={deleting}
          onDeleted={() => setSelected(new Set())}
          onClose={() => setDeleting([])}
        />
      )}
    </>
  );
}
