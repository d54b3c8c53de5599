"""Folders that knowledge bases follow."""

from fastapi import APIRouter

from app.api.deps import AdminUser, PlatformDep
from app.people.audit import Entry
from app.shapes.following import SourceIn, SourceOut, SourceRunOut
from app.shapes.library import JobOut
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
    added = platform.sources.add(KnowledgeBaseId(library.id), body.location)
    detail = {"knowledge_base": library.name}
    platform.audit.note(Entry("source.create", body.location, user, detail))
    return platform.sources_view.get(added)


@router.delete("/sources/{source_id}", status_code=204)
def remove_source(source_id: str, user: AdminUser, platform: PlatformDep) -> None:
    source = platform.sources_view.get(source_id)
    platform.sources.remove(source_id)
    platform.audit.note(Entry("source.delete", source.location, user))


@router.post("/sources/{source_id}/sync", status_code=202)
def sync_source(source_id: str, user: AdminUser, platform: PlatformDep) -> JobOut:
    source = platform.sources_view.get(source_id)
    job = platform.jobs.get(platform.sources.start_sync(source_id))
    platform.audit.note(Entry("source.sync", source.location, user))
    return job


@router.get("/sources/{source_id}/runs")
def list_source_runs(
    source_id: str, _admin: AdminUser, platform: PlatformDep
) -> list[SourceRunOut]:
    return platform.sources_view.runs(source_id)
