"""Documents: read by whoever may, handled by administrators."""

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile
from fastapi.responses import FileResponse

from app.api.deps import AdminUser, CurrentUser, PlatformDep
from app.library.documents_view import DocumentListIn
from app.people.audit import Entry
from app.shapes.base import Page
from app.shapes.history import PurgeOut
from app.shapes.library import (
    ChunkOut,
    DocumentDetailOut,
    DocumentOut,
    DocumentTextOut,
    JobOut,
    UploadOut,
)
from ingestion.history.traces import NO_NAME
from retrieval.errors import NotFound
from retrieval.types import DocumentId, KnowledgeBaseId

router = APIRouter(tags=["documents"])

# A document is somebody's file: it must never run as a page of ours.
INERT = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@router.get("/documents/{document_id}/text")
def read_document(document_id: str, user: CurrentUser, platform: PlatformDep) -> DocumentTextOut:
    return platform.reading.text(DocumentId(document_id), platform.access.scope_of(user))


@router.get("/documents/{document_id}/original", response_class=FileResponse)
def download_original(document_id: str, user: CurrentUser, platform: PlatformDep) -> FileResponse:
    scope = platform.access.scope_of(user)
    original = platform.reading.original(DocumentId(document_id), scope)
    path = platform.blobs.path(original.sha256)
    if not path.is_file():
        raise NotFound("The original file is no longer stored.")
    return FileResponse(
        path, media_type=original.media_type, filename=original.filename, headers=INERT
    )


@router.get("/admin/knowledge-bases/{knowledge_base_id}/documents")
def list_documents(
    knowledge_base_id: str,
    shown: Annotated[DocumentListIn, Query()],
    _admin: AdminUser,
    platform: PlatformDep,
) -> Page[DocumentOut]:
    return platform.documents.page(platform.library.get(knowledge_base_id).id, shown)


@router.post("/admin/knowledge-bases/{knowledge_base_id}/documents", status_code=202)
def upload_document(
    knowledge_base_id: str,
    file: Annotated[UploadFile, File()],
    user: AdminUser,
    platform: PlatformDep,
) -> UploadOut:
    library = platform.library.get(knowledge_base_id)
    accepted = platform.uploads.accept(KnowledgeBaseId(library.id), file.filename or "", file.file)
    document = platform.documents.get(accepted.document)
    job = platform.jobs.get(accepted.job) if accepted.job else None
    if not accepted.unchanged:
        detail = {"knowledge_base": library.name}
        entry = Entry("document.upload", document.filename, user, detail, document.id)
        platform.audit.note(entry)
    return UploadOut(document=document, job=job, unchanged=accepted.unchanged)


@router.get("/admin/documents/{document_id}")
def get_document(document_id: str, _admin: AdminUser, platform: PlatformDep) -> DocumentDetailOut:
    document = platform.documents.get(DocumentId(document_id))
    return DocumentDetailOut(**document.model_dump(), job=platform.jobs.newest_of(document_id))


@router.delete("/admin/documents/{document_id}", status_code=204)
def delete_document(document_id: str, user: AdminUser, platform: PlatformDep) -> None:
    document = platform.documents.get(DocumentId(document_id))
    platform.removals.remove_document(DocumentId(document_id))
    platform.audit.note(Entry("document.delete", document.title, user, None, document_id))


@router.post("/admin/documents/{document_id}/purge")
def purge_document(document_id: str, user: AdminUser, platform: PlatformDep) -> PurgeOut:
    """Erases it from every revision, index and file for good; deleted ones too."""
    gone = platform.purge.purge(DocumentId(document_id), user.username)
    detail = {
        "versions": str(gone.versions),
        "answers": str(gone.answers),
        "sha256": ", ".join(gone.blobs),  # what was erased can be recognised, but not read
    }
    platform.audit.note(Entry("document.purge", NO_NAME, user, detail, document_id))
    return PurgeOut.model_validate(gone)


@router.post("/admin/documents/{document_id}/retry", status_code=202)
def retry_document(document_id: str, user: AdminUser, platform: PlatformDep) -> JobOut:
    document = platform.documents.get(DocumentId(document_id))
    job = platform.jobs.get(platform.uploads.retry(DocumentId(document_id)))
    platform.audit.note(Entry("document.retry", document.title, user, None, document_id))
    return job


@router.get("/admin/documents/{document_id}/chunks")
def list_chunks(document_id: str, _admin: AdminUser, platform: PlatformDep) -> list[ChunkOut]:
    return platform.reading.chunks(platform.documents.get(DocumentId(document_id)))
