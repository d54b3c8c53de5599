"""Sources are followed by the real queue: by hand, and by the nightly schedule."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS

from app.house import House
from app.settings import Settings
from app.shapes.library import KnowledgeBaseIn
from app.wiring import open_platform
from ingestion.durable import NIGHTLY
from retrieval.types import KnowledgeBaseId
from tests.app.ingesting import fake_models

PATIENCE = 60.0  # seconds


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_platform(Settings(data_dir=tmp_path / "data"), models=fake_models()) as house:
        house.platform.accounts.create_first_admin()
        yield house


@pytest.fixture
def source(house: House, tmp_path: Path) -> str:
    """A folder of two notes, followed by a knowledge base."""
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "one.md").write_text("The first rule.")
    (folder / "two.md").write_text("The second rule.")
    [admin] = house.platform.directory.users()
    base = house.platform.library.create(admin.user, KnowledgeBaseIn(name="Rules"))
    return house.platform.sources.add(KnowledgeBaseId(base.id), str(folder))


def searchable(house: House) -> int:
    return sum(base.documents for base in house.platform.library.all())


def wait_for(house: House, documents: int) -> None:
    end = time.monotonic() + PATIENCE
    while searchable(house) != documents and time.monotonic() < end:
        time.sleep(0.1)


def states(house: House) -> set[tuple[str, str | None]]:
    page = house.platform.jobs.page(state=None, knowledge_base=None, limit=50, offset=0)
    return {(job.state, job.error) for job in page.items}


def test_a_sync_makes_what_it_finds_searchable(house: House, source: str) -> None:
    house.platform.sources.start_sync(source)
    wait_for(house, documents=2)
    assert searchable(house) == 2
    [run] = house.platform.sources_view.runs(source)
    assert (run.added, run.failed, run.error) == (2, 0, None)
    assert states(house) == {("done", None)}


def test_the_schedule_starts_every_source(house: House, source: str) -> None:
    DBOS.trigger_schedule(NIGHTLY)
    wait_for(house, documents=2)
    assert searchable(house) == 2
    assert states(house) == {("done", None)}
