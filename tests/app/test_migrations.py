"""Up, down and up again, on both databases; and the tables are those of the code."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import inspect

from app import tables
from app.migrations import downgrade, upgrade
from retrieval.store.database import Database


@pytest.fixture(params=["sqlite", "bare_postgres"])
def either_database(request: pytest.FixtureRequest) -> Database:
    database: Database = request.getfixturevalue(request.param)
    return database


def _tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_up_down_up_leaves_the_same_tables(either_database: Database) -> None:
    upgrade(either_database)
    first = _tables(either_database)
    downgrade(either_database, "base")
    assert _tables(either_database) == set()
    upgrade(either_database)
    assert _tables(either_database) == first == set(tables.metadata.tables)


def test_the_migrated_tables_are_those_of_the_code(either_database: Database) -> None:
    upgrade(either_database)
    with either_database.read() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []


def test_upgrading_twice_changes_nothing(either_database: Database) -> None:
    upgrade(either_database)
    upgrade(either_database)
    assert _tables(either_database) == set(tables.metadata.tables)


def test_an_unknown_version_is_refused(sqlite: Database) -> None:
    with pytest.raises(CommandError, match="9999"):
        upgrade(sqlite, "9999")
