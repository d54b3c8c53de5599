"""Passages as a search returns them over HTTP."""

from app.shapes.asking import PassageOut, ScoresOut, SearchOut
from retrieval.types import Found, Passage


def search_out(found: Found) -> SearchOut:
    return SearchOut(
        passages=[passage_out(passage) for passage in found.passages], degraded=found.degraded
    )


def passage_out(passage: Passage) -> PassageOut:
    chunk = passage.chunk
    return PassageOut(
        chunk_id=chunk.id,
        knowledge_base_id=chunk.knowledge_base,
        document_id=chunk.document,
        document_title=passage.document_title,
        filename=passage.filename,
        version_number=passage.version_number,
        page=chunk.page,
        headings=list(chunk.headings),
        text=chunk.text,
        first_block=chunk.first_block,
        last_block=chunk.last_block,
        updated_at=passage.updated_at,
        scores=ScoresOut.model_validate(passage.scores),
    )
