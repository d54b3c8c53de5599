"""The whole product on an empty folder, with the bundled embedder in its own engine process."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select

from app.clock import utc_now
from app.house import House
from app.settings import Settings
from app.wiring import open_platform
from retrieval.tables import documents, knowledge_bases
from retrieval.types import KnowledgeBaseId, Scope

BASE = KnowledgeBaseId("benchmark")
SCOPE = Scope(frozenset({BASE}))
POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Bench:
    house: House

    def put(self, folder: Path) -> int:
        """Uploads all files below the folder; returns how many."""
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        for path in files:
            with path.open("rb") as content:
                self.house.platform.uploads.accept(BASE, path.name, content)
        return len(files)

    def unfinished(self) -> int:
        query = select(documents.c.state).where(documents.c.knowledge_base_id == BASE)
        with self.house.platform.database.read() as connection:
            states = list(connection.scalars(query))
        if "failed" in states:
            raise SystemExit("A document failed; the figures would mean nothing.")
        return len([state for state in states if state != "searchable"])

    def wait(self) -> None:
        while self.unfinished():
            time.sleep(POLL_SECONDS)


@contextmanager
def bundled_house() -> Iterator[Bench]:
    """Ready: every model has loaded before the clock starts."""
    with tempfile.TemporaryDirectory(prefix="colophon-benchmark-") as folder:
        settings = Settings(data_dir=Path(folder))
        with open_platform(settings) as house:
            with house.platform.database.write() as connection:
                connection.execute(
                    insert(knowledge_bases).values(id=BASE, name="Benchmark", created_at=utc_now())
                )
            while any(model.state != "ready" for model in house.platform.model_status.models()):
                time.sleep(POLL_SECONDS)
            yield Bench(house)
