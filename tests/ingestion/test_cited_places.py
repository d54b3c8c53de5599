"""From a stored PDF or text to the page, the lines and the boxes of what an answer cites."""

from collections.abc import AsyncGenerator, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest
from sqlalchemy import select

from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import AnswerEvent, Checked, Finished, Stage
from retrieval.answer.places import Place, place_of
from retrieval.answer.placing import PlacedAnswers
from retrieval.answer.writing.stopping import StopSignal
from retrieval.answers import Citation, Sentence, Verdict
from retrieval.store.cited import CitedBlocks, CitedText
from retrieval.store.database import Database
from retrieval.tables import chunks
from retrieval.types import ChunkId, DocumentId, Scope, Scores
from tests.app.scripted import an_answer
from tests.ingestion.pdf_pages import text_at, write_pdf
from tests.ingestion.shelf import BASE, Shelf, a_shelf

PAGES = (
    text_at(50, 550, "Rules of the house", 20)
    + text_at(50, 500, "Everyone has 25 days of leave.")
    + text_at(50, 484, "What is not taken by March is lost."),
    text_at(50, 550, "Rooms are booked at the desk.")
    + text_at(50, 534, "The desk opens at eight and")
    + text_at(50, 518, "closes at six."),
)


@pytest.fixture
def shelf(sqlite: Database, tmp_path: Path) -> Shelf:
    return a_shelf(sqlite, tmp_path)


def put_pdf(shelf: Shelf, folder: Path) -> None:
    path = write_pdf(folder / "rules.pdf", PAGES)
    with path.open("rb") as content:
        shelf.intake.accept(BASE, "rules.pdf", content)
    shelf.work()


def chunk_with(shelf: Shelf, words: str) -> ChunkId:
    with shelf.database.read() as connection:
        query = select(chunks.c.id).where(chunks.c.text.contains(words))
        return ChunkId(connection.scalars(query).one())


def place(shelf: Shelf, quote: str) -> Place | None:
    chunk = chunk_with(shelf, quote.split("\n", 1)[0])
    return place_of(quote, CitedBlocks(shelf.database).texts([chunk])[chunk])


@pytest.mark.parametrize(
    ("quote", "page", "lines"),
    [
        ("Everyone has 25 days of leave.", 1, (2, 2)),
        ("What is not taken by March is lost.", 1, (3, 3)),
        ("The desk opens at eight and closes at six.", 2, (2, 3)),
    ],
)
def test_a_quote_of_a_pdf_has_its_page_and_lines(
    shelf: Shelf, tmp_path: Path, quote: str, page: int, lines: tuple[int, int]
) -> None:
    put_pdf(shelf, tmp_path)
    chunk = chunk_with(shelf, "March")
    found = place_of(quote, CitedBlocks(shelf.database).texts([chunk])[chunk])
    assert found is not None
    assert (found.page, (found.first_line, found.last_line)) == (page, lines)
    assert {box.page for box in found.boxes} == {page}


def test_lines_of_a_text_without_pages_are_counted_from_its_beginning(shelf: Shelf) -> None:
    shelf.put("rules.md", "# Rules\n\nLeave is 25 days.\n\n- Ask first.\n- Then go.\n")
    shelf.work()
    found = place(shelf, "Then go.")
    assert found == Place(None, 4, 4, ())


def test_the_same_is_read_from_postgresql(postgres: Database, tmp_path: Path) -> None:
    shelf = a_shelf(postgres, tmp_path)
    put_pdf(shelf, tmp_path)
    chunk = chunk_with(shelf, "March")
    found = place_of("closes at six.", CitedBlocks(postgres).texts([chunk])[chunk])
    assert found is not None
    assert (found.page, found.first_line) == (2, 3)


def a_citation(chunk: ChunkId, quote: str, number: int = 1) -> Citation:
    return Citation(
        number=number,
        chunk=chunk,
        knowledge_base=BASE,
        document=DocumentId("d"),
        document_title="Rules",
        filename="rules.pdf",
        version_number=1,
        page=1,
        headings=(),
        quote=quote,
        first_block=0,
        last_block=3,
        updated_at=datetime(2026, 11, 22, tzinfo=UTC),
        scores=Scores(),
    )


@dataclass
class Scripted:
    events: list[AnswerEvent]

    async def answer(
        self, _inquiry: Inquiry, _stop: StopSignal | None = None
    ) -> AsyncGenerator[AnswerEvent, None]:
        for event in self.events:
            yield event


@dataclass
class Counted:
    blocks: CitedBlocks
    reads: list[frozenset[ChunkId]] = field(default_factory=list)

    def texts(self, cited: Collection[ChunkId]) -> Mapping[ChunkId, CitedText]:
        self.reads.append(frozenset(cited))
        return self.blocks.texts(cited)


def told(answers: PlacedAnswers) -> list[AnswerEvent]:
    async def listened() -> list[AnswerEvent]:
        return [event async for event in answers.answer(Inquiry("?", Scope(frozenset())))]

    return anyio.run(listened)


def test_citations_of_a_stream_its_end_and_a_refusal_are_placed_and_read_once(
    shelf: Shelf, tmp_path: Path
) -> None:
    put_pdf(shelf, tmp_path)
    chunk = chunk_with(shelf, "March")
    cited = a_citation(chunk, "The desk opens at eight and closes at six.")
    closest = (a_citation(chunk, "Everyone has 25 days of leave."),)
    sentence = Sentence("It opens at eight.", (1,), Verdict.SUPPORTED)
    answer = replace(an_answer("?"), citations=(cited,), closest=closest)
    script = [Stage("searching"), Checked(sentence, (cited,)), Finished(answer)]
    counted = Counted(CitedBlocks(shelf.database))

    stage, checked, finished = told(PlacedAnswers(Scripted(script), counted))

    assert stage == script[0]
    assert isinstance(checked, Checked)
    assert isinstance(finished, Finished)
    assert (checked.citations[0].page, checked.citations[0].first_line) == (2, 2)
    assert checked.citations == finished.answer.citations
    assert (finished.answer.closest[0].page, finished.answer.closest[0].first_line) == (1, 2)
    assert counted.reads == [{chunk}, {chunk}]


def test_what_is_not_stored_or_not_said_stays_as_it_is(shelf: Shelf, tmp_path: Path) -> None:
    put_pdf(shelf, tmp_path)
    unsaid = a_citation(chunk_with(shelf, "March"), "Nobody has leave.")
    attached = a_citation(ChunkId("of a conversation"), "Words", number=2)
    answer = replace(an_answer("?"), citations=(unsaid, attached))

    (finished,) = told(PlacedAnswers(Scripted([Finished(answer)]), CitedBlocks(shelf.database)))

    assert finished == Finished(answer)
