"""Another embedder in the settings: what the next start does, on the real queue."""

import io
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from app.clock import utc_now
from app.house import House
from app.models.former import FormerModel
from app.models.opening import Models
from app.settings import Settings
from app.tables import audit_log
from app.wiring import open_platform
from ingestion.tokens import EstimatedTokens
from retrieval.search.searcher import NO_DENSE
from retrieval.store.database import Database
from retrieval.store.live import live_embedders
from retrieval.tables import jobs, knowledge_bases
from retrieval.types import KnowledgeBaseId, Scope
from tests.fakes import EchoGenerator, ReadyModels, WordsEmbedder
from tests.ingestion.rebuilding import RandomEmbedder, TurnedEmbedder

BASE = KnowledgeBaseId("base")
SCOPE = Scope(frozenset({BASE}))
PATIENCE = 60.0  # seconds
TEXTS = {
    "leave.txt": "Everybody has twenty-six days of annual leave.",
    "travel.txt": "Trains are booked two weeks ahead.",
    "lunch.txt": "Lunch is served at noon on the second floor.",
}


@dataclass
class Stopped:
    """How often the former embedder was told to go."""

    times: int = 0
    embedder: WordsEmbedder = field(default_factory=WordsEmbedder)

    def stop(self) -> None:
        self.times += 1

    def model(self) -> FormerModel:
        return FormerModel(self.embedder, EstimatedTokens(), ReadyModels(), self.stop)


@dataclass
class Installation:
    """One data folder, opened again and again with other models."""

    settings: Settings

    @contextmanager
    def opened(self, embedder: WordsEmbedder, former: FormerModel | None = None) -> Iterator[House]:
        status, url = ReadyModels(), "http://127.0.0.1:9/v1"
        models = Models(embedder, EchoGenerator(), None, status, url, former=former)
        with open_platform(self.settings, models=models) as house:
            yield house


def filled(settings: Settings) -> Installation:
    """Three documents, indexed with the first embedder."""
    installation = Installation(settings)
    with installation.opened(WordsEmbedder()) as house:
        with house.platform.database.write() as connection:
            row = {"id": BASE, "name": "Base", "created_at": utc_now()}
            connection.execute(insert(knowledge_bases).values(**row))
        for name, text in TEXTS.items():
            house.platform.uploads.accept(BASE, name, io.BytesIO(text.encode()))
        wait(lambda: not states(house, "ingest") & {"queued", "running"})
    return installation


@pytest.fixture(scope="module")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "data"
    filled(Settings(data_dir=folder))
    return folder


@pytest.fixture
def installed(tmp_path: Path, filled_folder: Path) -> Installation:
    shutil.copytree(filled_folder, tmp_path / "data")
    return Installation(Settings(data_dir=tmp_path / "data"))


@pytest.fixture
def on_postgres(tmp_path: Path, bare_postgres: Database, postgres_url: str) -> Installation:
    return filled(Settings(data_dir=tmp_path / "data", database_url=postgres_url))


@pytest.fixture(params=["installed", "on_postgres"])
def either(request: pytest.FixtureRequest) -> Installation:
    """On both databases."""
    installation: Installation = request.getfixturevalue(request.param)
    return installation


def wait(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "It did not come to pass."
        time.sleep(0.05)


def states(house: House, kind: str) -> set[str]:
    query = select(jobs.c.state).where(jobs.c.kind == kind)
    with house.platform.database.read() as connection:
        return set(connection.scalars(query))


def live_model(house: House) -> str:
    return live_embedders(house.platform.database)[BASE].partition("|")[0]


def found(house: House, question: str) -> tuple[str, str | None]:
    answer = house.platform.searcher.find(question, SCOPE, limit=1)
    return answer.passages[0].chunk.text, answer.degraded


def complaints(house: House) -> list[tuple[str, str]]:
    return [(f.check, f.fix) for f in house.platform.doctor.examine() if not f.ok]


def test_the_next_start_exchanges_the_index_by_itself_and_lets_the_former_go(
    either: Installation,
) -> None:
    former = Stopped()
    with either.opened(TurnedEmbedder(model="turned"), former.model()) as house:
        assert found(house, "annual leave") == (TEXTS["leave.txt"], None)
        wait(lambda: states(house, "reindex") == {"done"})
        assert live_model(house) == "turned"
        assert found(house, "annual leave") == (TEXTS["leave.txt"], None)
        assert complaints(house) == []
        wait(lambda: former.times > 0)
        with house.platform.database.read() as connection:
            verdict = connection.scalar(
                select(audit_log.c.detail).where(audit_log.c.action == "knowledge_base.judge")
            )
        assert verdict["verdict"].startswith("The new index passed.")
        shown = house.platform.library.get(BASE)
        assert (shown.reindex_needed, shown.documents) == (False, len(TEXTS))


def test_what_the_gate_refuses_is_told_and_not_tried_again_by_itself(
    installed: Installation,
) -> None:
    former = Stopped()
    with installed.opened(RandomEmbedder(model="random"), former.model()) as house:
        wait(lambda: states(house, "reindex") == {"failed"})
        job = house.platform.jobs.page(
            state="failed", knowledge_base=BASE, limit=1, offset=0
        ).items[0]
        assert "live index 100%" in str(job.error)
        assert house.platform.library.get(BASE).reindex_needed
        assert found(house, "annual leave") == (TEXTS["leave.txt"], None)
        assert (live_model(house), former.times) == ("words", 0)
    with installed.opened(RandomEmbedder(model="random"), former.model()) as house:
        again = house.platform.jobs.page(state=None, knowledge_base=BASE, limit=50, offset=0)
        assert sum(listed.kind == "reindex" for listed in again.items) == 1
        assert complaints(house) == []


def test_without_the_former_embedder_the_doctor_says_what_to_do_until_it_is_done(
    installed: Installation,
) -> None:
    embedder = TurnedEmbedder(model="turned", away=True)
    with installed.opened(embedder) as house:
        assert found(house, "annual leave") == (TEXTS["leave.txt"], NO_DENSE)
        assert complaints(house) == [("embedder: Base", 'colophon reindex "Base"')]
        embedder.away = False
        wait(lambda: states(house, "reindex") == {"done"})
        assert found(house, "annual leave") == (TEXTS["leave.txt"], None)
        assert complaints(house) == []


def test_a_stop_in_the_middle_goes_on_at_the_next_start(installed: Installation) -> None:
    absent = TurnedEmbedder(model="turned", away=True)
    former = Stopped()
    with installed.opened(absent, former.model()) as house:
        wait(lambda: states(house, "reindex") == {"running"})
        assert found(house, "annual leave") == (TEXTS["leave.txt"], None)
    with installed.opened(TurnedEmbedder(model="turned"), former.model()) as house:
        wait(lambda: states(house, "reindex") == {"done"})
        assert live_model(house) == "turned"
        assert complaints(house) == []
