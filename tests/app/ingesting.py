"""A Colophon that ingests, for the test that kills it: `python -m tests.app.ingesting DATA_DIR`."""

import io
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, insert, select

from app.clock import utc_now
from app.house import House
from app.models.opening import Models
from app.settings import Settings
from app.wiring import open_platform
from retrieval.tables import chunks, documents, jobs, knowledge_bases, visibility
from retrieval.types import KnowledgeBaseId, Vector
from tests.fakes import EchoGenerator, ReadyModels, WordsEmbedder

DOCUMENTS = 50


class SlowEmbedder(WordsEmbedder):
    """Slow enough that a kill comes in the middle of the work."""

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        time.sleep(0.05)
        return super().embed_passages(texts)


def fake_models() -> Models:
    return Models(SlowEmbedder(), EchoGenerator(), None, ReadyModels(), "http://127.0.0.1:9/v1")


def put(house: House) -> None:
    """Fifty documents, unless the first run has put them already."""
    with house.platform.database.read() as connection:
        there = connection.scalar(select(func.count()).select_from(documents))
    if there:
        return
    base = KnowledgeBaseId("base")
    with house.platform.database.write() as connection:
        connection.execute(
            insert(knowledge_bases).values(id=base, name="Base", created_at=utc_now())
        )
    for number in range(DOCUMENTS):
        text = f"Rule {number}: bring tool {number} to room {number * 7}."
        house.platform.uploads.accept(base, f"rule-{number}.txt", io.BytesIO(text.encode()))


def report(house: House) -> dict[str, object]:
    with house.platform.database.read() as connection:
        titles = list(connection.scalars(select(documents.c.title)))
        states = list(connection.scalars(select(documents.c.state)))
        visible = list(
            connection.scalars(
                select(chunks.c.text)
                .join(visibility, visibility.c.chunk_id == chunks.c.id)
                .where(visibility.c.died.is_(None))
            )
        )
    return {
        "documents": len(titles),
        "different": len(set(titles)),
        "searchable": states.count("searchable"),
        "chunks": len(visible),
        "different_chunks": len(set(visible)),
        "healthy": all(finding.ok for finding in house.platform.doctor.examine()),
    }


def unfinished(house: House) -> int:
    query = select(func.count()).where(jobs.c.state.in_(["queued", "running"]))
    with house.platform.database.read() as connection:
        return connection.scalar(query) or 0


def main() -> None:
    settings = Settings(data_dir=Path(sys.argv[1]))
    with open_platform(settings, models=fake_models()) as house:
        put(house)
        print("put", flush=True)  # noqa: T201
        while unfinished(house):
            time.sleep(0.1)
        print(json.dumps(report(house)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
