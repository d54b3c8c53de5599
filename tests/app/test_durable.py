"""The durable workflows on the real queue: uploads, the sync of a folder, the nightly job."""

import io
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import insert, select, update

from app.clock import utc_now
from app.house import House
from app.settings import Settings
from app.wiring import open_platform
from ingestion.durable import TICK, WORKS, forget_ended
from ingestion.sources.register import NewSource
from ingestion.sources.starting import RunWish
from retrieval.tables import documents, jobs, knowledge_bases, source_runs, sources
from retrieval.types import KnowledgeBaseId, Scope
from tests.app.ingesting import fake_models, unfinished

BASE = KnowledgeBaseId("base")
PATIENCE = 60.0  # seconds


@pytest.fixture(params=["sqlite", "postgres"])
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """On both databases, DBOS' own tables included."""
    url = f"sqlite:///{tmp_path / 'data' / 'colophon.sqlite3'}"
    if request.param == "postgres":
        request.getfixturevalue("bare_postgres")
        url = request.getfixturevalue("postgres_url")
    settings = Settings(data_dir=tmp_path / "data", database_url=url)
    with open_platform(settings, models=fake_models()) as opened:
        with opened.platform.database.write() as connection:
            connection.execute(
                insert(knowledge_bases).values(id=BASE, name="Base", created_at=utc_now())
            )
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "leave.txt").write_text("Twenty-six days of leave.")
    (folder / "travel.txt").write_text("Book trains early.")
    return folder


def _wait(house: House) -> None:
    end = time.monotonic() + PATIENCE
    while unfinished(house) and time.monotonic() < end:
        time.sleep(0.1)
    assert unfinished(house) == 0


def _keys(house: House) -> set[str]:
    query = select(documents.c.key).where(
        documents.c.state == "searchable", documents.c.deleted_at.is_(None)
    )
    with house.platform.database.read() as connection:
        return set(connection.scalars(query))


def test_an_upload_is_found(house: House) -> None:
    text = io.BytesIO(b"Bring your badge to the gate.")
    house.platform.uploads.accept(BASE, "badge.txt", text)
    _wait(house)
    found = house.platform.searcher.find("badge", Scope(frozenset({BASE})), limit=3)
    assert [passage.chunk.text for passage in found.passages] == ["Bring your badge to the gate."]


def test_what_the_queue_wrote_down_of_ended_work_is_forgotten(house: House) -> None:
    """A step's error names its file."""
    house.platform.uploads.accept(BASE, "Weiss.pdf", io.BytesIO(b"%PDF-1.7 and no more"))
    _wait(house)
    forget_ended(utc_now() - timedelta(minutes=1))
    [kept] = DBOS.list_workflows(name=WORKS)
    assert len(DBOS.list_workflow_steps(kept.workflow_id)) == 1
    forget_ended(utc_now() + timedelta(minutes=1))
    assert DBOS.list_workflows(name=WORKS) == []
    assert DBOS.list_workflow_steps(kept.workflow_id) == []
    assert house.platform.jobs.get(kept.workflow_id).state == "failed"


def test_a_sync_brings_changes_and_takes_away_what_vanished(house: House, folder: Path) -> None:
    (folder / "parking.txt").write_text("Park behind the house.")
    (folder / "visitors.txt").write_text("Visitors sign at the gate.")
    source = house.platform.sources.add(BASE, NewSource(str(folder)))
    house.platform.source_runs.start(source, RunWish())
    _wait(house)
    assert _keys(house) == {"leave.txt", "travel.txt", "parking.txt", "visitors.txt"}
    (folder / "leave.txt").unlink()
    (folder / "new.txt").write_text("Welcome on board.")
    house.platform.source_runs.start(source, RunWish())
    _wait(house)
    assert _keys(house) == {"travel.txt", "parking.txt", "visitors.txt", "new.txt"}
    with house.platform.database.read() as connection:
        runs = connection.execute(select(source_runs).order_by(source_runs.c.started_at)).all()
        states = set(connection.scalars(select(jobs.c.state)))
    assert [(run.added, run.removed, run.unchanged, run.error) for run in runs] == [
        (4, 0, 0, None),
        (1, 1, 3, None),
    ]
    assert states == {"done"}


def test_a_sync_that_cannot_list_its_folder_says_so(house: House, folder: Path) -> None:
    source = house.platform.sources.add(BASE, NewSource(str(folder)))
    folder.rename(folder.with_name("elsewhere"))
    job = house.platform.source_runs.start(source, RunWish())
    _wait(house)
    ended = house.platform.jobs.get(job)
    assert ended.state == "failed"
    assert "There is no folder" in str(ended.error)


def test_each_minute_the_sources_that_are_due_are_followed(house: House, folder: Path) -> None:
    source = house.platform.sources.add(BASE, NewSource(str(folder)))
    house.platform.sources.add(BASE, NewSource(str(folder.parent)))
    slept = utc_now() - timedelta(days=2)
    with house.platform.database.write() as connection:
        where = sources.c.id == source
        connection.execute(update(sources).where(where).values(due_since=slept))
    DBOS.trigger_schedule(TICK)
    end = time.monotonic() + PATIENCE
    while len(_keys(house)) < 2 and time.monotonic() < end:
        time.sleep(0.1)
    _wait(house)
    assert _keys(house) == {"leave.txt", "travel.txt"}
    with house.platform.database.read() as connection:
        followed = set(connection.scalars(select(source_runs.c.source_id)))
    assert followed == {source}
