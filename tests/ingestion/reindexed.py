"""Three documents whose index is exchanged, and what is looked at afterwards."""

from dataclasses import replace

from sqlalchemy import select

from retrieval.tables import chunks, documents, revisions, visibility
from retrieval.types import DocumentId
from tests.ingestion.listed import PlainTexts
from tests.ingestion.rebuilding import (
    Rebuilding,
    TurnedEmbedder,
)
from tests.ingestion.shelf import Shelf

TEXTS = {
    "leave.txt": "Everybody has twenty-six days of annual leave.\nAsk your manager before March.",
    "travel.txt": "Trains are booked two weeks ahead.\nA hotel may cost ninety euros a night.",
    "lunch.txt": "Lunch is served at noon on the second floor.\nBring your own cup, please.",
}


def other() -> TurnedEmbedder:
    return TurnedEmbedder(model="turned")


def filled(shelf: Shelf) -> Shelf:
    """Read in this process: what is indexed is tested, not how it is parsed."""
    shelf.pipeline = replace(shelf.pipeline, parser=PlainTexts(shelf.blobs))
    for name, text in TEXTS.items():
        shelf.put(name, text)
    shelf.work()
    return shelf


def document(shelf: Shelf, key: str) -> DocumentId:
    query = select(documents.c.id).where(documents.c.key == key, documents.c.deleted_at.is_(None))
    with shelf.database.read() as connection:
        return DocumentId(connection.execute(query).scalar_one())


def visible_chunkers(shelf: Shelf) -> set[str]:
    query = (
        select(chunks.c.chunker)
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .where(visibility.c.died.is_(None))
    )
    with shelf.database.read() as connection:
        return set(connection.scalars(query))


def reasons(shelf: Shelf) -> list[str]:
    with shelf.database.read() as connection:
        return list(connection.scalars(select(revisions.c.reason).order_by(revisions.c.number)))


def is_whole(after: Rebuilding) -> bool:
    """The indexes show what SQL shows, and every text is found by meaning and by words."""
    return after.shelf.is_in_step() and after.degraded("leave") is None
