"""The keys of sources: sealed, opened for a run, and useless to whoever has another key."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update

from ingestion.sources.credentials import Credentials, credentials_of
from ingestion.sources.register import NewSource, SourceChange
from ingestion.sources.sealing import Sealer
from retrieval.store.database import Database
from retrieval.tables import source_runs, sources
from tests.ingestion.shelf import BASE, Shelf, a_shelf

LOGIN = Credentials("reader", "hunter two")


@pytest.fixture
def shelf(sqlite: Database, tmp_path: Path) -> Shelf:
    return a_shelf(sqlite, tmp_path)


def _sealed(shelf: Shelf, source: str) -> bytes | None:
    query = select(sources.c.credentials).where(sources.c.id == source)
    with shelf.database.read() as connection:
        sealed: bytes | None = connection.scalar(query)
    return sealed


def test_credentials_are_sealed_at_rest_and_opened_for_the_source(
    shelf: Shelf, tmp_path: Path
) -> None:
    source = shelf.sources.add(BASE, NewSource(str(tmp_path), credentials=LOGIN))
    sealed = _sealed(shelf, source)
    assert sealed is not None
    assert b"hunter" not in sealed
    assert credentials_of(shelf.sources.doors.sealer.open(sealed)) == LOGIN
    other = Credentials("reader", "hunter three")
    shelf.sources.change(source, SourceChange(credentials=other))
    changed = _sealed(shelf, source)
    assert changed is not None
    assert credentials_of(shelf.sources.doors.sealer.open(changed)) == other
    assert "hunter" not in repr(NewSource(str(tmp_path), credentials=LOGIN))


def test_credentials_that_another_key_sealed_end_the_run_with_a_sentence(
    shelf: Shelf, tmp_path: Path
) -> None:
    source = shelf.sources.add(BASE, NewSource(str(tmp_path), credentials=LOGIN))
    stranger = Sealer(Fernet.generate_key()).seal(LOGIN.as_bytes())
    with shelf.database.write() as connection:
        where = sources.c.id == source
        connection.execute(update(sources).where(where).values(credentials=stranger))
    shelf.starter.start(source)
    shelf.work()
    with shelf.database.read() as connection:
        run = connection.execute(select(source_runs)).one()
    assert run.state == "failed"
    assert "Please give them again" in run.error
