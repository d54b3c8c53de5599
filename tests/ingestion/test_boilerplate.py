"""A legal footer on two hundred letters is found once, and facts are found every time."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from ingestion.parsing.parse import Parsed
from ingestion.records import VersionRecord
from retrieval.store.database import Database
from retrieval.tables import documents
from retrieval.types import Block, BlockKind, DocumentId, Passage, Scope
from tests.ingestion.shelf import BASE, Shelf, a_shelf
from tests.ingestion.test_likeness import LEGAL

QUESTION = "confidential attachment addressee"


def read_letter(version: VersionRecord, _media_type: str, _progress: object) -> Parsed:
    """A Parser: letter7.txt is letter 7. No child process, so that there can be many."""
    number = version.filename.removeprefix("letter").removesuffix(".txt")
    footer = LEGAL.replace("12345", "54321") if number == "7777" else LEGAL
    return Parsed(
        f"Letter {number}",
        (
            Block(BlockKind.PARAGRAPH, f"Dear customer, your order {number} has been shipped."),
            Block(BlockKind.HEADING, "Notice", level=1),
            Block(BlockKind.PARAGRAPH, footer, ("Notice",)),
        ),
        None,
    )


def with_letters(shelf: Shelf) -> Shelf:
    shelf.pipeline = replace(shelf.pipeline, parser=read_letter)
    return shelf


@pytest.fixture
def shelf(either_database: Database, tmp_path: Path) -> Shelf:
    return with_letters(a_shelf(either_database, tmp_path))


@pytest.fixture
def sqlite_shelf(sqlite: Database, tmp_path: Path) -> Shelf:
    return with_letters(a_shelf(sqlite, tmp_path))


def put_letters(shelf: Shelf, *numbers: int) -> None:
    for number in numbers:
        shelf.put(f"letter{number}.txt", f"letter {number}")
    shelf.work()


def notices(shelf: Shelf) -> int:
    return len([text for text in shelf.found(QUESTION) if text == LEGAL])


def best(shelf: Shelf) -> Passage:
    return shelf.searcher.find(QUESTION, Scope(frozenset({BASE})), limit=1).passages[0]


def documents_of(shelf: Shelf) -> list[DocumentId]:
    query = select(documents.c.id).where(documents.c.deleted_at.is_(None))
    with shelf.database.read() as connection:
        return list(connection.scalars(query))


def documents_with_notice(shelf: Shelf) -> int:
    """In the Reader and in counts nothing is left out."""
    chunks = [
        chunk
        for document in documents_of(shelf)
        for chunk in shelf.index.corpus.live_chunks(document)
    ]
    return len([chunk for chunk in chunks if chunk.text == LEGAL])


def test_what_five_documents_repeat_is_found_once(shelf: Shelf) -> None:
    put_letters(shelf, 1, 2, 3, 4)
    assert notices(shelf) == 4
    put_letters(shelf, 5, 6)
    assert notices(shelf) == 1
    assert documents_with_notice(shelf) == 6
    assert shelf.is_in_step()
    assert len(shelf.index.corpus.visible_ids(BASE)) == 12


def test_each_letter_itself_is_still_found(sqlite_shelf: Shelf) -> None:
    put_letters(sqlite_shelf, *range(1, 8))
    for number in range(1, 8):
        first = sqlite_shelf.found(f"order {number} has been shipped")[0]
        assert f"order {number} " in first


def test_when_the_kept_one_goes_another_takes_its_place(shelf: Shelf) -> None:
    put_letters(shelf, *range(1, 8))
    for left in (6, 5):
        shelf.removal.remove_document(best(shelf).chunk.document)
        assert notices(shelf) == 1
        assert documents_with_notice(shelf) == left
    shelf.removal.remove_document(best(shelf).chunk.document)
    assert notices(shelf) == 4


def test_a_changed_footer_is_a_text_of_its_own(sqlite_shelf: Shelf) -> None:
    put_letters(sqlite_shelf, *range(1, 7))
    put_letters(sqlite_shelf, 7777)
    found = sqlite_shelf.found(QUESTION)
    assert len([text for text in found if "court of registration" in text]) == 2


def test_the_oldest_is_kept(sqlite_shelf: Shelf) -> None:
    put_letters(sqlite_shelf, *range(1, 10))
    assert best(sqlite_shelf).filename == "letter1.txt"
