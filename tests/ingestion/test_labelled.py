"""The files of a labelled set: real pipeline, real indexes, an embedder that counts words."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from app.tables import metadata
from ingestion.labelled import Workshop, ingested
from ingestion.parsing.limits import ParseLimits
from ingestion.tokens import EstimatedTokens
from retrieval.evaluation.indexed import EVERYTHING, silent
from retrieval.search.searcher import Searcher
from retrieval.store.database import Database
from tests.fakes import WordsEmbedder
from tests.ingestion.parsed import SERVER

FILES = Path(__file__).parent / "files"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    database = Database.open(f"sqlite:///{tmp_path / 'evaluation.sqlite3'}")
    metadata.create_all(database.engine)
    return Workshop(
        database,
        tmp_path,
        WordsEmbedder(),
        EstimatedTokens(),
        SERVER,
        ParseLimits(),
        lambda: datetime.now(UTC),
        lambda: uuid4().hex,
    )


def test_files_are_found_as_uploads_are_and_know_their_pages(
    workshop: Workshop, tmp_path: Path
) -> None:
    note = tmp_path / "leave.txt"
    note.write_text("Everyone has 25 days of annual leave.")
    told: list[tuple[int, int]] = []
    files = [FILES / "pdf_header_footer.pdf", note]
    with ingested(files, workshop, lambda _what, done, total: told.append((done, total))) as (
        index,
        pages,
    ):
        searcher = Searcher(
            index.corpus, index.lexical, index.dense, workshop.embedder, None, candidates=20
        )
        best = searcher.find("annual leave", EVERYTHING, limit=1).passages[0]
        shown = index.corpus.visible(list(pages), EVERYTHING).values()
    assert (best.filename, pages[best.chunk.id]) == ("leave.txt", set())
    of_the_pdf = [pages[p.chunk.id] for p in shown if p.filename == "pdf_header_footer.pdf"]
    assert all(of_the_pdf)
    assert {page for found in of_the_pdf for page in found} == {1}
    assert told == [(1, 2), (2, 2)]


def test_no_files_are_an_empty_index(workshop: Workshop) -> None:
    with ingested([], workshop, silent) as (_, pages):
        assert pages == {}
