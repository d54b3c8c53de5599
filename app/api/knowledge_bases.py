"""Knowledge bases, for their readers and for administrators."""

from fastapi import APIRouter

from app.api.deps import AdminUser, CurrentUser, PlatformDep
from app.people.audit import Entry
from app.shapes.library import (
    JobOut,
    KnowledgeBaseAdminOut,
    KnowledgeBaseIn,
    KnowledgeBaseOut,
    KnowledgeBasePatchIn,
)
from retrieval.types import KnowledgeBaseId

router = APIRouter(tags=["knowledge bases"])


@router.get("/knowledge-bases")
def list_readable_knowledge_bases(
    user: CurrentUser, platform: PlatformDep
) -> list[KnowledgeBaseOut]:
    return platform.library.readable(platform.access.scope_of(user))


@router.get("/admin/knowledge-bases")
def list_knowledge_bases(_admin: AdminUser, platform: PlatformDep) -> list[KnowledgeBaseAdminOut]:
    return platform.library.all()


@router.post("/admin/knowledge-bases", status_code=201)
def create_knowledge_base(
    body: KnowledgeBaseIn, user: AdminUser, platform: PlatformDep
) -> KnowledgeBaseAdminOut:
    return platform.library.create(user, body)


@router.get("/admin/knowledge-bases/{knowledge_base_id}")
def get_knowledge_base(
    knowledge_base_id: str, _admin: AdminUser, platform: PlatformDep
) -> KnowledgeBaseAdminOut:
    return platform.library.get(knowledge_base_id)


@router.patch("/admin/knowledge-bases/{knowledge_base_id}")
def change_knowledge_base(
    knowledge_base_id: str, body: KnowledgeBasePatchIn, user: AdminUser, platform: PlatformDep
) -> KnowledgeBaseAdminOut:
    return platform.library.change(user, knowledge_base_id, body)


@router.delete("/admin/knowledge-bases/{knowledge_base_id}", status_code=204)
def delete_knowledge_base(knowledge_base_id: str, user: AdminUser, platform: PlatformDep) -> None:
    removed = platform.library.get(knowledge_base_id)
    platform.removals.remove_knowledge_base(KnowledgeBaseId(knowledge_base_id))
    detail = {"documents": str(removed.documents)}
    platform.audit.note(Entry("knowledge_base.delete", removed.name, user, detail))


@router.post("/admin/knowledge-bases/{knowledge_base_id}/reindex", status_code=202)
def reindex_knowledge_base(
    knowledge_base_id: str, user: AdminUser, platform: PlatformDep
) -> JobOut:
    """With the embedder that the settings name, beside the live index, which answers meanwhile."""
    name = platform.library.get(knowledge_base_id).name
    job = platform.reindexing.start(KnowledgeBaseId(knowledge_base_id))
    platform.audit.note(Entry("knowledge_base.reindex", name, user))
    return platform.jobs.get(job)
