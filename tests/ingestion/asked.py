"""A shelf with golden questions: what tests of golden questions, the gate and the watch share."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert, select

from ingestion.quality.golden import GoldenQuestions
from retrieval.history_tables import golden_questions, golden_runs
from retrieval.store.database import Database
from retrieval.tables import source_runs, sources
from tests.ingestion.listed import PlainTexts
from tests.ingestion.shelf import BASE, Shelf, a_shelf

TEXTS = {
    "Leave.txt": "Everybody has twenty-six days of annual leave.",
    "Travel.txt": "Trains are booked two weeks ahead of the trip.",
    "Lunch.txt": "Lunch is served at noon on the second floor.",
}
QUESTIONS = (
    ("How many days of annual leave?", "leave.TXT", None),
    ("When are trains booked?", None, "two  weeks\nAHEAD"),
    ("Where is lunch served?", "lunch.txt", "second floor"),
    ("Who is the chief?", "nobody.txt", None),
)


def a_shelf_of_three(database: Database, folder: Path) -> Shelf:
    """Read in this process: what is asked is tested here, not how it is parsed."""
    shelf = a_shelf(database, folder)
    shelf.pipeline = replace(shelf.pipeline, parser=PlainTexts(shelf.blobs))
    for name, text in TEXTS.items():
        shelf.put(name, text)
    shelf.work()
    return shelf


def ask(shelf: Shelf, questions: Sequence[tuple[str, str | None, str | None]]) -> None:
    with shelf.database.write() as connection:
        for number, (question, filename, phrase) in enumerate(questions):
            connection.execute(
                insert(golden_questions).values(
                    id=f"q{number}",
                    knowledge_base_id=BASE,
                    question=question,
                    filename=filename,
                    phrase=phrase,
                    created_at=shelf.jobs.clock(),
                )
            )


def golden_of(shelf: Shelf) -> GoldenQuestions:
    return GoldenQuestions(shelf.database, shelf.searcher, shelf.intake.new_id, shelf.jobs.clock)


def kept(shelf: Shelf) -> list[tuple[str, str, float]]:
    """Reason, model and recall of each run, oldest first."""
    query = select(golden_runs).order_by(golden_runs.c.created_at)
    with shelf.database.read() as connection:
        rows = connection.execute(query).all()
    return [(row.reason, row.embedder.partition("|")[0], row.recall) for row in rows]


def follow(shelf: Shelf, *, added: int, dry_run: bool = False) -> None:
    """A source's run that has ended."""
    now = shelf.jobs.clock()
    with shelf.database.write() as connection:
        if connection.scalar(select(sources.c.id)) is None:
            connection.execute(
                insert(sources).values(
                    id="s", knowledge_base_id=BASE, kind="folder", location="/x", created_at=now
                )
            )
        connection.execute(
            insert(source_runs).values(
                id=shelf.intake.new_id(),
                source_id="s",
                started_at=now,
                finished_at=now,
                state="done",
                added=added,
                dry_run=dry_run,
            )
        )
