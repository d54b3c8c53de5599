"""A Colophon that follows a folder, for the test that kills it.

`python -m tests.app.following DATA_DIR FOLDER`
"""

import json
import sys
import time
from pathlib import Path

from sqlalchemy import func, insert, select

from app.clock import utc_now
from app.house import House
from app.settings import Settings
from app.wiring import open_platform
from ingestion.sources.register import NewSource
from ingestion.sources.starting import RunWish
from retrieval.tables import documents, knowledge_bases, source_runs
from retrieval.types import KnowledgeBaseId
from tests.app.ingesting import fake_models, unfinished


def follow(house: House, folder: str) -> None:
    """Begins to follow the folder, unless the first process has begun already."""
    platform = house.platform
    with platform.database.read() as connection:
        there = connection.scalar(select(func.count()).select_from(source_runs))
    if there:
        return
    base = KnowledgeBaseId("base")
    with platform.database.write() as connection:
        connection.execute(
            insert(knowledge_bases).values(id=base, name="Base", created_at=utc_now())
        )
    source = platform.sources.add(base, NewSource(folder))
    platform.source_runs.start(source, RunWish())


def report(house: House) -> dict[str, object]:
    with house.platform.database.read() as connection:
        runs = list(connection.scalars(select(source_runs.c.id)))
        keys = list(connection.scalars(select(documents.c.key)))
    shown = house.platform.run_reports.of(runs[0])
    return {
        "runs": len(runs),
        "documents": len(keys),
        "different": len(set(keys)),
        "healthy": all(finding.ok for finding in house.platform.doctor.examine()),
        **shown.model_dump(include={"state", "added", "changed", "unchanged", "failed", "working"}),
    }


def main() -> None:
    settings = Settings(data_dir=Path(sys.argv[1]))
    with open_platform(settings, models=fake_models()) as house:
        follow(house, sys.argv[2])
        print("following", flush=True)  # noqa: T201
        while unfinished(house):
            time.sleep(0.1)
        print(json.dumps(report(house)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
