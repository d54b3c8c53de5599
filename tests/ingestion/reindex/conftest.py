"""Three documents that are searchable before their index is exchanged."""

from pathlib import Path

import pytest

from retrieval.store.database import Database
from tests.ingestion.reindexed import filled
from tests.ingestion.shelf import Shelf, a_shelf


@pytest.fixture
def shelf(either_database: Database, tmp_path: Path) -> Shelf:
    return filled(a_shelf(either_database, tmp_path))


@pytest.fixture
def sqlite_shelf(sqlite: Database, tmp_path: Path) -> Shelf:
    return filled(a_shelf(sqlite, tmp_path))
