import { useQuery } from "@tanstack/react-query";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { HeadCell, Pager, Table, TableBody, TableHead } from "@/components/ui/table";
import { Working } from "@/components/ui/working";

import { JOBS_SHOWN, jobsQuery, type JobFilter } from "../api/get-jobs";
import { knowledgeBasesQuery } from "../api/get-knowledge-bases";
import { JOB_STATES } from "../filters";
import { AdminPage } from "../parts/admin-page";
import { FilterSelect } from "../parts/filter-select";
import { useAdminT } from "../texts";
import { JobRow } from "./job-row";

interface JobsPageProps {
  filter: JobFilter;
  onFilter: (change: Partial<JobFilter>) => void;
}

export function JobsPage({ filter, onFilter }: JobsPageProps) {
  const t = useAdminT();
  const jobs = useQuery(jobsQuery(filter));
  const knowledgeBases = useQuery(knowledgeBasesQuery);
  const names = new Map(knowledgeBases.data?.map(({ id, name }) => [id, name]));
  const filtered = filter.state !== null || filter.knowledgeBaseId !== null;
  return (
    <AdminPage title={t("jobs.title")} lead={t("jobs.lead")}>
      <div className="mb-4 flex flex-wrap gap-2">
        <FilterSelect
          label={t("jobs.stateFilter")}
          value={filter.state}
          all={t("jobs.allStates")}
          options={JOB_STATES.map((state) => ({ value: state, label: t(`job.${state}`) }))}
          onChange={(state) => onFilter({ state })}
          className="grow basis-32 sm:max-w-44"
        />
        <FilterSelect
          label={t("jobs.kbFilter")}
          value={filter.knowledgeBaseId}
          all={t("jobs.allKnowledgeBases")}
          options={knowledgeBases.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          onChange={(knowledgeBaseId) => onFilter({ knowledgeBaseId })}
          className="grow basis-40 sm:max-w-72"
        />
      </div>
      {jobs.error && <ErrorNote error={jobs.error} onRetry={() => void jobs.refetch()} />}
      {jobs.isPending && <Working text={t("jobs.loading")} />}
      {jobs.data?.items.length === 0 &&
        (filtered ? (
          <EmptyState
            title={t("jobs.noMatch")}
            next={t("documents.noMatchNext")}
            action={<Button onClick={() => onFilter({ state: null, knowledgeBaseId: null })}>{t("filters.clear")}</Button>}
          />
        ) : (
          <EmptyState title={t("jobs.none")} next={t("jobs.noneNext")} />
        ))}
      {jobs.data && jobs.data.items.length > 0 && (
        <>
          <Table label={t("jobs.title")}>
            <TableHead>
              <HeadCell className="pl-4">{t("jobs.what")}</HeadCell>
              <HeadCell className="hidden md:table-cell">{t("documents.state")}</HeadCell>
              <HeadCell className="hidden md:table-cell">{t("jobs.started")}</HeadCell>
              <HeadCell className="hidden text-right md:table-cell">{t("documents.took")}</HeadCell>
            </TableHead>
            <TableBody>
              {jobs.data.items.map((job) => (
                <JobRow key={job.id} job={job} knowledgeBase={names.get(job.knowledge_base_id) ?? null} />
              ))}
            </TableBody>
          </Table>
          <Pager offset={filter.offset} limit={JOBS_SHOWN} total={jobs.data.total} onOffset={(offset) => onFilter({ offset })} />
        </>
      )}
    </AdminPage>
  );
}
