"""Going back: snapshots of a knowledge base, what differs between revisions, and rollback."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.deps import AdminUser, PlatformDep
from app.library.snapshots_view import diff_out
from app.people.audit import Entry
from app.shapes.history import DiffOut, RollbackOut, SnapshotIn, SnapshotOut
from retrieval.types import KnowledgeBaseId

router = APIRouter(prefix="/admin", tags=["history"])

Revision = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.get("/knowledge-bases/{knowledge_base_id}/snapshots")
def list_snapshots(
    knowledge_base_id: str, _admin: AdminUser, platform: PlatformDep
) -> list[SnapshotOut]:
    return platform.snapshots_view.of(platform.library.get(knowledge_base_id).id)


@router.post("/knowledge-bases/{knowledge_base_id}/snapshots", status_code=201)
def take_snapshot(
    knowledge_base_id: str, body: SnapshotIn, user: AdminUser, platform: PlatformDep
) -> SnapshotOut:
    library = platform.library.get(knowledge_base_id)
    base = KnowledgeBaseId(library.id)
    taken = platform.snapshots.take(base, "manual", body.name, user.username)
    detail = {"knowledge_base": library.name}
    platform.audit.note(Entry("snapshot.create", body.name, user, detail))
    return platform.snapshots_view.get(str(taken))


@router.delete("/snapshots/{snapshot_id}", status_code=204)
def delete_snapshot(snapshot_id: str, user: AdminUser, platform: PlatformDep) -> None:
    """What only it kept is erased with the next night."""
    snapshot = platform.snapshots_view.get(snapshot_id)
    platform.snapshots.remove(snapshot_id)
    platform.audit.note(Entry("snapshot.delete", snapshot.name, user))


@router.get("/knowledge-bases/{knowledge_base_id}/diff")
def compare_revisions(
    knowledge_base_id: str,
    from_revision: Revision,
    to_revision: Revision,
    _admin: AdminUser,
    platform: PlatformDep,
) -> DiffOut:
    base = KnowledgeBaseId(platform.library.get(knowledge_base_id).id)
    return diff_out(platform.rollback.diff(base, from_revision, to_revision))


@router.get("/snapshots/{snapshot_id}/diff")
def preview_rollback(snapshot_id: str, _admin: AdminUser, platform: PlatformDep) -> DiffOut:
    """What going back to it would do now."""
    return diff_out(platform.rollback.preview(snapshot_id))


@router.post("/snapshots/{snapshot_id}/rollback")
def roll_back(snapshot_id: str, user: AdminUser, platform: PlatformDep) -> RollbackOut:
    """The state before becomes a snapshot of its own, so that this can be undone."""
    snapshot = platform.snapshots_view.get(snapshot_id)
    done = platform.rollback.to(snapshot_id, user.username)
    platform.reindexing.mend(KnowledgeBaseId(snapshot.knowledge_base_id))
    detail = {
        "documents": str(len(done.diff.documents)),
        "paused": ", ".join(done.paused_sources),
    }
    platform.audit.note(Entry("snapshot.rollback", snapshot.name, user, detail))
    return RollbackOut(
        revision=done.revision,
        diff=diff_out(done.diff),
        paused_sources=list(done.paused_sources),
    )
