"""What knowledge bases follow, and how the runs went."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from app.api.deps import AdminUser, PlatformDep
from app.library.source_shapes import changed_source, new_source, noted_change
from app.people.audit import Entry
from app.shapes.following import (
    RunReportOut,
    SourceIn,
    SourceOut,
    SourcePatchIn,
    SourceRunOut,
    SyncIn,
)
from app.shapes.library import JobOut
from ingestion.sources.starting import RunWish
from retrieval.types import KnowledgeBaseId

router = APIRouter(prefix="/admin", tags=["sources"])


@router.get("/knowledge-bases/{knowledge_base_id}/sources")
def list_sources(
    knowledge_base_id: str, _admin: AdminUser, platform: PlatformDep
) -> list[SourceOut]:
    return platform.sources_view.of(platform.library.get(knowledge_base_id).id)


@router.post("/knowledge-bases/{knowledge_base_id}/sources", status_code=201)
def add_source(
    knowledge_base_id: str, body: SourceIn, user: AdminUser, platform: PlatformDep
) -> SourceOut:
    library = platform.library.get(knowledge_base_id)
    platform.source_readers.require(body.reader_group_ids)
    # Restricted from its first row on, so that nothing is shown before its readers are named.
    added = platform.sources.add(KnowledgeBaseId(library.id), new_source(body))
    platform.source_readers.put(added, body.reader_group_ids)
    source = platform.sources_view.get(added)
    detail = {"knowledge_base": library.name, "kind": body.kind}
    platform.audit.note(Entry("source.create", source.location, user, detail))
    return source


@router.patch("/sources/{source_id}")
def change_source(
    source_id: str, body: SourcePatchIn, user: AdminUser, platform: PlatformDep
) -> SourceOut:
    before = platform.sources_view.get(source_id)
    if body.reader_group_ids is not None:
        platform.source_readers.put(source_id, body.reader_group_ids)
    platform.sources.change(source_id, changed_source(body))
    after = platform.sources_view.get(source_id)
    detail = noted_change(before, after, body)
    platform.audit.note(Entry("source.change", after.location, user, detail))
    return after


@router.delete("/sources/{source_id}", status_code=204)
def remove_source(source_id: str, user: AdminUser, platform: PlatformDep) -> None:
    source = platform.sources_view.get(source_id)
    platform.sources.remove(source_id)
    detail = {"documents": str(source.documents)}
    platform.audit.note(Entry("source.delete", source.location, user, detail))


@router.post("/sources/{source_id}/sync", status_code=202)
def sync_source(
    source_id: str, user: AdminUser, platform: PlatformDep, body: SyncIn | None = None
) -> JobOut:
    """The job's id is the run's id."""
    source = platform.sources_view.get(source_id)
    wish = RunWish(body.dry_run, body.remove_anyway) if body else RunWish()
    job = platform.jobs.get(platform.source_runs.start(source_id, wish))
    chosen = (("dry_run", wish.dry_run), ("remove_anyway", wish.remove_anyway))
    detail = {name: "yes" for name, is_chosen in chosen if is_chosen}
    platform.audit.note(Entry("source.sync", source.location, user, detail))
    return job


@router.get("/sources/{source_id}/runs")
def list_source_runs(
    source_id: str, _admin: AdminUser, platform: PlatformDep
) -> list[SourceRunOut]:
    return platform.sources_view.runs(source_id)


@router.get("/runs/{run_id}")
def get_run(run_id: str, _admin: AdminUser, platform: PlatformDep) -> RunReportOut:
    return platform.run_reports.of(run_id)


@router.get("/runs/{run_id}/report.txt", response_class=PlainTextResponse)
def get_run_as_text(run_id: str, _admin: AdminUser, platform: PlatformDep) -> str:
    return platform.run_reports.text(run_id)
