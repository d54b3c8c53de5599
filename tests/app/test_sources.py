"""Sources, their runs and alerts over HTTP."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select, update

from app.people.user import User
from app.platform import Platform
from app.tables import metadata
from ingestion.sources.record import require_source
from retrieval.history_tables import alerts
from retrieval.store.database import Database
from retrieval.tables import documents, jobs, source_runs, sources, versions
from tests.app.conftest import MovableClock
from tests.app.furnished import NOW, House, furnish
from tests.app.visitors import signed_in

ADMIN = "/api/v1/admin"


@pytest.fixture
def database(either_database: Database) -> Database:
    metadata.create_all(either_database.engine)
    return either_database


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


def added(house: House, ada: TestClient, folder: Path, **more: object) -> dict[str, Any]:
    path = f"{ADMIN}/knowledge-bases/{house.handbook}/sources"
    answer = ada.post(path, json={"location": str(folder), **more})
    assert answer.status_code == 201, answer.text
    source: dict[str, Any] = answer.json()
    return source


def a_run(house: House, source: str, run: str = "run-1", **values: object) -> None:
    with house.platform.database.write() as connection:
        row = {"id": run, "source_id": source, "started_at": NOW, **values}
        connection.execute(insert(source_runs).values(**row))


def a_document_of(house: House, source: str, run: str, key: str, state: str) -> None:
    """As the intake and the pipeline leave it behind."""
    cited = house.add_document(house.handbook, key, f"Text of {key}.", key.encode())
    with house.platform.database.write() as connection:
        where = documents.c.id == cited.document
        connection.execute(update(documents).where(where).values(source_id=source))
        version = connection.scalar(
            select(versions.c.id).where(versions.c.document_id == cited.document)
        )
        connection.execute(
            insert(jobs).values(
                id=f"job of {key}",
                kind="ingest",
                knowledge_base_id=house.handbook,
                document_id=cited.document,
                version_id=version,
                run_id=run,
                label=key,
                state=state,
                embedded=3,
                tokens=120,
                error="This PDF is damaged." if state == "failed" else None,
                created_at=NOW,
                updated_at=NOW + timedelta(seconds=30),
            )
        )


def test_a_source_shows_all_of_itself_but_its_password(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    source = added(
        house,
        ada,
        tmp_path,
        include=["*.pdf"],
        exclude=["/draft/"],
        cron="*/15 * * * *",
        brake_share=0.5,
        reader_group_ids=[house.board_group],
        credentials={"username": "reader", "password": "hunter two"},
    )
    assert source["include"] == ["*.pdf"]
    assert source["exclude"] == ["/draft/"]
    assert source["brake_share"] == 0.5
    assert source["readers"] == [{"id": house.board_group, "name": "Board"}]
    assert (source["restricted"], source["has_credentials"]) == (True, True)
    assert (source["documents"], source["last_run"]) == (0, None)
    assert source["next_run_at"] == "2026-11-22T09:15:00Z"
    assert "hunter" not in str(source)
    assert "hunter" not in ada.get(f"{ADMIN}/audit").text
    with house.platform.database.read() as connection:
        sealed = require_source(connection, source["id"]).credentials
    assert sealed is not None
    assert b"hunter" not in sealed


def test_what_is_given_is_changed_and_the_rest_stays(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    source = added(house, ada, tmp_path, include=["*.pdf"], cron="*/15 * * * *")
    path = f"{ADMIN}/sources/{source['id']}"

    changed = ada.patch(path, json={"exclude": ["*.tmp"], "brake_share": 0.1}).json()
    assert (changed["include"], changed["exclude"]) == (["*.pdf"], ["*.tmp"])
    assert (changed["brake_share"], changed["cron"]) == (0.1, "*/15 * * * *")

    assert ada.patch(path, json={"enabled": False}).json()["next_run_at"] is None
    nightly = ada.patch(path, json={"enabled": True, "cron": ""}).json()
    assert nightly["cron"] is None
    assert nightly["next_run_at"] is not None

    entries = ada.get(f"{ADMIN}/audit?q=source.change").json()["items"]
    assert {"exclude": "- → *.tmp", "brake_share": "0.3 → 0.1"} in [e["detail"] for e in entries]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"cron": "at noon"}, 400),
        ({"cron": "* * * * * *"}, 400),
        ({"brake_share": 1.5}, 400),
        ({"include": ["!"]}, 400),
        ({"reader_group_ids": ["nobody"]}, 404),
        ({"location": "/"}, 400),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(
    house: House, ada: TestClient, tmp_path: Path, body: dict[str, object], status: int
) -> None:
    source = added(house, ada, tmp_path)
    path = f"{ADMIN}/knowledge-bases/{house.handbook}/sources"
    assert ada.patch(f"{ADMIN}/sources/{source['id']}", json=body).status_code == status
    assert ada.get(path).json() == [source]


def test_an_unknown_group_makes_no_source(house: House, ada: TestClient, tmp_path: Path) -> None:
    path = f"{ADMIN}/knowledge-bases/{house.handbook}/sources"
    body = {"location": str(tmp_path), "reader_group_ids": ["nobody"]}
    assert ada.post(path, json=body).status_code == 404
    assert ada.get(path).json() == []


def test_a_run_is_asked_for_once_at_a_time_and_as_wished(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    source = added(house, ada, tmp_path)
    path = f"{ADMIN}/sources/{source['id']}/sync"
    job = ada.post(path, json={"dry_run": True}).json()
    refused = ada.post(path)
    assert refused.status_code == 409
    assert "followed just now" in refused.json()["message"]

    run = ada.get(f"{ADMIN}/runs/{job['id']}").json()
    assert (run["state"], run["dry_run"], run["source_id"]) == ("running", True, source["id"])
    [entry] = ada.get(f"{ADMIN}/audit?q=source.sync").json()["items"]
    assert entry["detail"] == {"dry_run": "yes"}


def test_a_report_says_what_became_of_the_documents(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    source = added(house, ada, tmp_path)["id"]
    a_run(
        house,
        source,
        state="done",
        finished_at=NOW + timedelta(seconds=4),
        added=2,
        removed=1,
        unchanged=7,
        failed=1,
        problems=[{"path": "login.html", "reason": "This is a login page."}],
        changes=[{"path": "old.txt", "change": "removed"}, {"path": "a.txt", "change": "added"}],
    )
    a_document_of(house, source, "run-1", "a.txt", "done")
    a_document_of(house, source, "run-1", "b.pdf", "failed")

    report = ada.get(f"{ADMIN}/runs/run-1").json()
    assert (report["added"], report["removed"], report["unchanged"]) == (2, 1, 7)
    assert (report["failed"], report["working"]) == (2, 0)
    assert (report["seconds"], report["embedded"], report["tokens"]) == (30.0, 6, 240)
    assert report["problems"] == [
        {"path": "login.html", "reason": "This is a login page.", "reason_code": None},
        {"path": "b.pdf", "reason": "This PDF is damaged.", "reason_code": "damaged"},
    ]
    [line] = ada.get(f"{ADMIN}/sources/{source}/runs").json()
    assert line["failed"] == 2
    assert ada.get(f"{ADMIN}/knowledge-bases/{house.handbook}/sources").json()[0]["documents"] == 2

    page = ada.get(f"{ADMIN}/runs/run-1/report.txt")
    assert page.headers["content-type"].startswith("text/plain")
    assert page.text == (
        f"Run of {tmp_path}\n"
        "run-1, 2026-11-22 09:00 UTC, done after 30.0 s\n"
        "\n"
        "added            2\n"
        "changed          0\n"
        "removed          1\n"
        "unchanged        7\n"
        "held             0\n"
        "failed           2\n"
        "working          0\n"
        "embedded         6 texts, 240 tokens\n"
        "\n"
        "Failed:\n"
        "  login.html: This is a login page.\n"
        "  b.pdf: This PDF is damaged.\n"
        "\n"
        "Changes:\n"
        "  removed  old.txt\n"
        "  added    a.txt\n"
    )


def test_a_run_goes_on_until_its_last_document_is_through(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    source = added(house, ada, tmp_path)["id"]
    a_run(house, source, state="done", finished_at=NOW, added=1)
    a_document_of(house, source, "run-1", "a.txt", "running")
    report = ada.get(f"{ADMIN}/runs/run-1").json()
    assert (report["working"], report["seconds"]) == (1, None)


def test_the_runs_of_a_removed_source_are_gone_with_it(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    source = added(house, ada, tmp_path)["id"]
    a_run(house, source)
    assert ada.delete(f"{ADMIN}/sources/{source}").status_code == 204
    gone = [
        f"{ADMIN}/runs/run-1",
        f"{ADMIN}/runs/run-1/report.txt",
        f"{ADMIN}/sources/{source}/runs",
    ]
    assert [ada.get(path).status_code for path in gone] == [404, 404, 404]


def test_its_password_is_forgotten_when_a_source_is_removed(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    login = {"username": "reader", "password": "hunter two"}
    source = added(house, ada, tmp_path, credentials=login)["id"]
    ada.delete(f"{ADMIN}/sources/{source}")
    with house.platform.database.read() as connection:
        kept = connection.scalar(select(sources.c.credentials).where(sources.c.id == source))
    assert kept is None


def test_alerts_are_newest_first_and_tried_with_a_test(house: House, ada: TestClient) -> None:
    with house.platform.database.write() as connection:
        for hour in (1, 2):
            values = {"id": f"alert-{hour}", "kind": "held", "text": "4 of 10 vanished."}
            at = NOW + timedelta(hours=hour)
            connection.execute(insert(alerts).values(created_at=at, **values))
    listed = ada.get(f"{ADMIN}/alerts").json()
    assert [alert["id"] for alert in listed] == ["alert-2", "alert-1"]
    assert listed[0]["delivered"] == {}
    assert ada.post(f"{ADMIN}/alerts/test").json() == {"delivered": {}}
    [entry] = ada.get(f"{ADMIN}/audit?q=alert.test").json()["items"]
    assert entry["target"] == "no channel"


def test_an_employee_sees_none_of_it(
    house: House, ada: TestClient, tmp_path: Path, employee: User
) -> None:
    source = added(house, ada, tmp_path)["id"]
    a_run(house, source)
    eve = signed_in(house.platform, "eve")
    answers = [
        eve.patch(f"{ADMIN}/sources/{source}", json={"enabled": False}),
        eve.post(f"{ADMIN}/sources/{source}/sync", json={"remove_anyway": True}),
        eve.get(f"{ADMIN}/runs/run-1"),
        eve.get(f"{ADMIN}/runs/run-1/report.txt"),
        eve.get(f"{ADMIN}/alerts"),
        eve.post(f"{ADMIN}/alerts/test"),
    ]
    assert {answer.status_code for answer in answers} == {403}
