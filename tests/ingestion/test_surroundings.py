"""What stands around a passage is read by the same rules as the passage itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.parsing.parse import Parsed
from ingestion.records import VersionRecord
from retrieval.store.database import Database
from retrieval.types import Block, BlockKind, DocumentId, KnowledgeBaseId, Passage, Scope
from tests.ingestion.shelf import BASE, Shelf, a_shelf

SCOPE = Scope(frozenset({BASE}))
SECTIONS = ("Arrival", "Badges", "Cars", "Doors")


def read_sections(version: VersionRecord, _media_type: str, _progress: object) -> Parsed:
    """A Parser: four sections, each a passage of its own."""
    blocks: list[Block] = []
    for number, name in enumerate(SECTIONS):
        blocks.append(Block(BlockKind.HEADING, name, level=1))
        words = f"{name} of {version.filename} in chapter {number}. " * 12
        blocks.append(Block(BlockKind.PARAGRAPH, words.strip(), (name,)))
    return Parsed(version.filename, tuple(blocks), None)


def read_other_sections(version: VersionRecord, media_type: str, progress: object) -> Parsed:
    return read_sections(replace(version, filename="other words"), media_type, progress)


@pytest.fixture
def shelf(either_database: Database, tmp_path: Path) -> Shelf:
    shelf = a_shelf(either_database, tmp_path)
    shelf.pipeline = replace(shelf.pipeline, parser=read_sections)
    return shelf


def ready(shelf: Shelf, *names: str) -> list[DocumentId]:
    accepted = [shelf.put(name, f"text of {name}") for name in names]
    shelf.work()
    return [one.document for one in accepted]


def passages(shelf: Shelf, document: DocumentId) -> list[Passage]:
    """All of a document, in reading order."""
    chunks = shelf.index.corpus.live_chunks(document)
    found = shelf.index.corpus.visible([chunk.id for chunk in chunks], SCOPE)
    return [found[chunk.id] for chunk in chunks]


def headings(found: list[Passage]) -> list[str]:
    return [passage.chunk.headings[-1] for passage in found]


def test_neighbours_come_in_reading_order_and_of_the_same_document_alone(shelf: Shelf) -> None:
    first, _ = ready(shelf, "house.txt", "garden.txt")
    arrival, badges, cars, doors = passages(shelf, first)
    around = shelf.index.corpus.around
    assert headings(around([badges], SCOPE, reach=1)) == ["Arrival", "Cars"]
    assert headings(around([doors, arrival], SCOPE, reach=1)) == ["Badges", "Cars"]
    assert headings(around([arrival, cars], SCOPE, reach=5)) == ["Badges", "Doors"]
    assert {one.chunk.document for one in around([badges], SCOPE, reach=5)} == {first}
    assert around([], SCOPE, reach=1) == []


def test_what_one_may_not_read_is_nobodys_neighbour(shelf: Shelf) -> None:
    (document,) = ready(shelf, "house.txt")
    badges = passages(shelf, document)[1]
    other = Scope(frozenset({KnowledgeBaseId("other")}))
    assert shelf.index.corpus.around([badges], other, reach=2) == []
    shelf.removal.remove_document(document)
    assert shelf.index.corpus.around([badges], SCOPE, reach=2) == []


def test_after_a_new_version_the_old_neighbours_are_gone(shelf: Shelf) -> None:
    (document,) = ready(shelf, "house.txt")
    old = passages(shelf, document)[1]
    shelf.pipeline = replace(shelf.pipeline, parser=read_other_sections)
    shelf.put("house.txt", "another text")
    shelf.work()
    assert shelf.index.corpus.around([old], SCOPE, reach=2) == []
    assert len(shelf.index.corpus.around([passages(shelf, document)[1]], SCOPE, reach=1)) == 2
