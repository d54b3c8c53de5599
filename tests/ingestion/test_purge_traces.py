"""A purged document's name and why it failed are gone from reports of runs and from alerts."""

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from ingestion.history.traces import NO_NAME, NO_REASON
from ingestion.schedule import Schedule
from ingestion.sources.alerts import Alerts
from ingestion.sources.register import NewSource
from retrieval.errors import Invalid
from retrieval.history_tables import alerts, golden_questions
from retrieval.store.database import Database
from retrieval.tables import documents, refused, source_runs
from tests.ingestion.listed import Listed, PlainTexts
from tests.ingestion.past import Past, a_past
from tests.ingestion.shelf import BASE

NAME = "Kündigung Dr. Weiß.txt"
PATH = f"people/{NAME}"
OTHER = f"people/old-{NAME}"  # ends in the same name
SECRET = "He was dismissed for the quince affair."
FAILURE = f"{NAME} is damaged at “the quince affair”."


@dataclass
class Followed:
    past: Past
    listed: Listed
    alerts: Alerts
    source: str

    def run(self) -> None:
        self.past.shelf.starter.start(self.source)
        self.past.shelf.work()
        self.alerts.look()

    def purge(self, path: str = PATH) -> None:
        self.past.purging.purge(self.past.id_of(path), "ada")

    def runs(self) -> list[list[str]]:
        """What each run's report says, oldest first."""
        query = select(source_runs).order_by(source_runs.c.started_at)
        with self.past.shelf.database.read() as connection:
            return [
                [
                    *(f"{change['change']} {change['path']}" for change in run.changes),
                    *(f"{problem['path']}: {problem['reason']}" for problem in run.problems),
                    *([run.error] if run.error else []),
                ]
                for run in connection.execute(query)
            ]

    def told(self) -> list[str]:
        with self.past.shelf.database.read() as connection:
            return list(connection.scalars(select(alerts.c.text).order_by(alerts.c.created_at)))


@pytest.fixture
def followed(either_database: Database, tmp_path: Path) -> Followed:
    return follow(either_database, tmp_path)


def follow(database: Database, tmp_path: Path) -> Followed:
    past, listed = a_past(database, tmp_path), Listed({PATH: SECRET, OTHER: "Nothing."})
    shelf = past.shelf
    shelf.sync = replace(shelf.sync, opener=listed)
    shelf.pipeline = replace(shelf.pipeline, parser=PlainTexts(shelf.blobs))
    source = shelf.sources.add(BASE, NewSource(str(tmp_path)))
    telling = Alerts(database, [], Schedule(None), timedelta(days=1), shelf.jobs.clock)
    return Followed(past, listed, telling, source)


def test_reports_of_all_runs_say_that_it_was_purged(followed: Followed) -> None:
    followed.run()
    followed.listed.failing = {PATH: Invalid(FAILURE)}
    followed.listed.texts[PATH] = f"{SECRET} Twice."
    followed.run()
    followed.purge()
    assert followed.runs() == [
        [f"added {NO_NAME}", f"added {OTHER}"],
        [f"{NO_NAME}: {NO_REASON}"],
    ]


def test_alerts_lose_its_name_and_its_reason_and_keep_the_others(followed: Followed) -> None:
    followed.run()
    followed.listed.failing = {PATH: Invalid(FAILURE), OTHER: Invalid("It is empty.")}
    followed.listed.texts = {PATH: f"{SECRET} Twice.", OTHER: ""}
    followed.run()
    [before] = followed.told()
    assert f"{PATH}: {FAILURE}" in before
    followed.purge()
    [after] = followed.told()
    assert after == before.replace(f"{PATH}: {FAILURE}", NO_NAME)
    assert OTHER in after


def test_a_document_that_could_not_be_read_leaves_no_reason(followed: Followed) -> None:
    followed.listed.texts[PATH] = "%PDF"  # damaged, says the parser
    followed.run()
    [before] = followed.told()
    assert f"{PATH}: This PDF is damaged." in before
    followed.purge()
    [after] = followed.told()
    assert after == before.replace(f"{PATH}: This PDF is damaged.", NO_NAME)


def test_a_run_that_ended_over_it_does_not_name_it(followed: Followed) -> None:
    followed.run()
    with followed.past.shelf.database.write() as connection:
        connection.execute(update(source_runs).values(error=f"Instead of {NAME} came a page."))
    followed.purge()
    assert followed.runs()[0][-1] == f"Instead of {NO_NAME} came a page."


def test_a_refusal_of_its_path_is_forgotten(followed: Followed) -> None:
    followed.run()
    with followed.past.shelf.database.write() as connection:
        for path in (PATH, OTHER):
            values = {"key_sha256": sha256(path.encode()).hexdigest(), "etag": "e"}
            now = followed.past.shelf.jobs.clock()
            connection.execute(
                insert(refused).values(
                    source_id=followed.source, reason=path, refused_at=now, **values
                )
            )
    followed.purge()
    with followed.past.shelf.database.read() as connection:
        assert list(connection.scalars(select(refused.c.reason))) == [OTHER]


def test_questions_that_went_with_it_are_not_named_by_alerts(followed: Followed) -> None:
    followed.run()
    now = followed.past.shelf.jobs.clock()
    question = "Why was Dr. Weiß dismissed?"
    with followed.past.shelf.database.write() as connection:
        connection.execute(
            insert(golden_questions).values(
                id="q",
                knowledge_base_id=BASE,
                question=question,
                phrase="quince affair",
                created_at=now,
            )
        )
        text = f"Base: … Not found any more: “{question}”; “Who else?”"
        connection.execute(
            insert(alerts).values(id="golden:r:lost", kind="lost", text=text, created_at=now)
        )
    followed.purge()
    assert followed.told() == [f"Base: … Not found any more: {NO_NAME}; “Who else?”"]


def test_a_deleted_copy_of_it_leaves_no_name_either(followed: Followed) -> None:
    copy = "people/copy.txt"
    followed.listed.texts |= {copy: SECRET, "a.txt": "A.", "b.txt": "B."}
    followed.run()
    del followed.listed.texts[copy]
    followed.run()
    followed.purge()
    with followed.past.shelf.database.read() as connection:
        left = set(connection.scalars(select(documents.c.key)))
    assert left == {OTHER, "a.txt", "b.txt"}
    assert [sorted(report)[:2] for report in followed.runs()] == [
        [f"added {NO_NAME}", f"added {NO_NAME}"],
        [f"removed {NO_NAME}"],
    ]


def test_no_byte_of_its_name_stays_in_the_database(sqlite: Database, tmp_path: Path) -> None:
    followed = follow(sqlite, tmp_path)
    del followed.listed.texts[OTHER]  # its name holds the same words
    followed.run()
    followed.listed.failing = {PATH: Invalid(FAILURE)}
    followed.listed.texts[PATH] = f"{SECRET} Twice."
    followed.run()
    followed.purge()
    sqlite.settle()
    file = Path(str(sqlite.engine.url.database))
    for path in (file, file.with_name(file.name + "-wal")):
        content = path.read_bytes() if path.exists() else b""
        for words in ("Weiß", "Wei\\u00df", "quince affair"):
            assert words.encode() not in content
