"""A knowledge base with one source, which lists what the test says."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from ingestion.sources.register import NewSource, SourceChange
from ingestion.sources.starting import RunWish
from retrieval.store.database import Database
from retrieval.tables import source_runs
from tests.ingestion.listed import Listed, PlainTexts
from tests.ingestion.shelf import BASE, Shelf, a_shelf

TEN = {f"{number}.txt": f"Rule {number} of the house." for number in range(10)}
REMOVE_ANYWAY = RunWish(remove_anyway=True)
DRY = RunWish(dry_run=True)


@dataclass
class Followed:
    """A knowledge base with one source, which lists what the test says."""

    shelf: Shelf
    listed: Listed
    source: str

    def run(self, wish: RunWish = RunWish()) -> Row[Any]:  # noqa: B008  (frozen)
        """The row of a run after all its work is done."""
        run = self.shelf.starter.start(self.source, wish)
        self.shelf.work()
        return self.row(run)

    def row(self, run: str) -> Row[Any]:
        with self.shelf.database.read() as connection:
            return connection.execute(select(source_runs).where(source_runs.c.id == run)).one()

    def documents(self) -> set[str]:
        return set(self.shelf.states())

    def change(self, change: SourceChange) -> None:
        self.shelf.sources.change(self.source, change)


def follow(database: Database, tmp_path: Path) -> Followed:
    shelf, listed = a_shelf(database, tmp_path), Listed(dict(TEN))
    shelf.sync = replace(shelf.sync, opener=listed)
    shelf.pipeline = replace(shelf.pipeline, parser=PlainTexts(shelf.blobs))
    return Followed(shelf, listed, shelf.sources.add(BASE, NewSource(str(tmp_path))))


def counts(run: Row[Any]) -> dict[str, int]:
    """Those that are not zero."""
    names = ("added", "changed", "removed", "unchanged", "held", "failed")
    return {name: getattr(run, name) for name in names if getattr(run, name)}
