from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from app.people.user import User
from app.platform import Platform
from retrieval.tables import source_runs
from tests.app.conftest import MovableClock
from tests.app.furnished import NOW, House, furnish
from tests.app.visitors import signed_in


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shared folder"
    made.mkdir()
    return made


def sources_of(house: House) -> str:
    return f"/api/v1/admin/knowledge-bases/{house.handbook}/sources"


def upload(client: TestClient, knowledge_base: str, filename: str) -> str:
    path = f"/api/v1/admin/knowledge-bases/{knowledge_base}/documents"
    content = filename.encode()
    return client.post(path, files={"file": (filename, content)}).json()["job"]["id"]


def test_jobs_are_newest_first_filtered_and_paged(
    house: House, ada: TestClient, clock: MovableClock
) -> None:
    first = upload(ada, house.handbook, "a.txt")
    clock.move(seconds=1)
    second = upload(ada, house.board, "b.txt")

    def ids(query: str = "") -> list[str]:
        return [job["id"] for job in ada.get(f"/api/v1/admin/jobs{query}").json()["items"]]

    assert ids() == [second, first]
    assert ids(f"?knowledge_base_id={house.handbook}") == [first]
    assert ids("?state=queued") == [second, first]
    assert ids("?state=failed") == []
    assert ids("?limit=1&offset=1") == [first]
    assert ada.get("/api/v1/admin/jobs?limit=1").json()["total"] == 2
    assert ada.get("/api/v1/admin/jobs?state=lost").status_code == 400


def test_a_source_is_added_once_and_listed(house: House, ada: TestClient, folder: Path) -> None:
    added = ada.post(sources_of(house), json={"location": str(folder)})
    again = ada.post(sources_of(house), json={"location": str(folder)})

    assert added.status_code == 201
    assert added.json()["location"] == str(folder)
    assert added.json()["last_run"] is None
    assert again.status_code == 409
    assert ada.get(sources_of(house)).json() == [added.json()]


@pytest.mark.parametrize("location", ["relative/folder", "/no/such/folder", "/" + "a" * 3000])
def test_what_is_no_folder_is_no_source(house: House, ada: TestClient, location: str) -> None:
    response = ada.post(sources_of(house), json={"location": location})

    assert response.status_code == 400
    assert ada.get(sources_of(house)).json() == []


def test_a_sync_is_a_job(house: House, ada: TestClient, folder: Path) -> None:
    source = ada.post(sources_of(house), json={"location": str(folder)}).json()["id"]

    started = ada.post(f"/api/v1/admin/sources/{source}/sync")

    assert started.status_code == 202
    assert (started.json()["kind"], started.json()["label"]) == ("sync", str(folder))
    assert ada.get("/api/v1/admin/jobs").json()["items"] == [started.json()]


def test_runs_are_newest_first_and_the_newest_is_the_sources_last(
    house: House, ada: TestClient, folder: Path
) -> None:
    source = ada.post(sources_of(house), json={"location": str(folder)}).json()["id"]
    with house.platform.database.write() as connection:
        for hour in (1, 3, 2):
            run = {"id": f"run-{hour}", "source_id": source, "added": hour}
            started = NOW + timedelta(hours=hour)
            connection.execute(insert(source_runs).values(started_at=started, **run))

    runs = ada.get(f"/api/v1/admin/sources/{source}/runs").json()

    assert [run["id"] for run in runs] == ["run-3", "run-2", "run-1"]
    assert ada.get(sources_of(house)).json()[0]["last_run"] == runs[0]


def test_a_removed_source_is_gone(house: House, ada: TestClient, folder: Path) -> None:
    source = ada.post(sources_of(house), json={"location": str(folder)}).json()["id"]
    path = f"/api/v1/admin/sources/{source}"

    assert ada.delete(path).status_code == 204

    again = [ada.delete(path), ada.post(f"{path}/sync"), ada.get(f"{path}/runs")]
    assert [answer.status_code for answer in again] == [404, 404, 404]
    assert ada.get(sources_of(house)).json() == []


def test_each_deed_leaves_an_entry_in_the_audit_log(
    house: House, ada: TestClient, folder: Path
) -> None:
    source = ada.post(sources_of(house), json={"location": str(folder)}).json()["id"]
    ada.post(f"/api/v1/admin/sources/{source}/sync")
    ada.delete(f"/api/v1/admin/sources/{source}")

    entries = ada.get("/api/v1/admin/audit?q=source.").json()["items"]

    assert sorted((entry["action"], entry["target"]) for entry in entries) == [
        ("source.create", str(folder)),
        ("source.delete", str(folder)),
        ("source.sync", str(folder)),
    ]


def test_sources_of_an_unknown_knowledge_base_are_not_found(ada: TestClient, folder: Path) -> None:
    path = f"/api/v1/admin/knowledge-bases/{'0' * 32}/sources"

    assert ada.get(path).status_code == 404
    assert ada.post(path, json={"location": str(folder)}).status_code == 404
