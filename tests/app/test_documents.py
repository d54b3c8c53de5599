from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.people.user import User
from app.platform import Platform
from ingestion.jobs import Jobs
from retrieval.tables import documents
from retrieval.types import DocumentId
from tests.app.conftest import MovableClock
from tests.app.furnished import MAX_BYTES, House, furnish
from tests.app.visitors import signed_in

PAGE = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


@pytest.fixture
def upload(house: House, ada: TestClient) -> Callable[..., dict]:
    def send(filename: str, content: bytes = b"Some words.") -> dict:
        response = ada.post(shelf(house), files={"file": (filename, content)})
        assert response.status_code == 202, response.text
        return response.json()

    return send


def shelf(house: House) -> str:
    return f"/api/v1/admin/knowledge-bases/{house.handbook}/documents"


def titles(client: TestClient, path: str) -> list[str]:
    return [document["title"] for document in client.get(path).json()["items"]]


def test_a_reader_sees_the_text_of_the_live_version(house: House, eve: TestClient) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")

    shown = eve.get(f"/api/v1/documents/{leave.document}/text").json()

    assert shown["knowledge_base_name"] == "Handbook"
    assert shown["document"]["title"] == "leave.md"
    assert shown["document"]["chunks"] == 1
    assert [(block["ordinal"], block["kind"], block["text"]) for block in shown["blocks"]] == [
        (0, "paragraph", "Leave is 30 days.")
    ]


@pytest.mark.parametrize("part", ["text", "original"])
def test_what_one_may_not_read_and_what_is_deleted_look_like_nothing(
    house: House, ada: TestClient, eve: TestClient, part: str
) -> None:
    secret = house.add_document(house.board, "secret.md", "Secret.").document
    gone = house.add_document(house.handbook, "gone.md", "Gone.").document
    ada.delete(f"/api/v1/admin/documents/{gone}")

    answers = [
        eve.get(f"/api/v1/documents/{document}/{part}") for document in (secret, gone, "0" * 32)
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert {answer.json()["message"] for answer in answers} == {"There is no such document."}
    assert ada.get(f"/api/v1/documents/{secret}/{part}").status_code == 200


def test_the_original_is_downloaded_and_can_never_run(house: House, eve: TestClient) -> None:
    page = house.add_document(house.handbook, '年假 "a";.html', "Leave.", PAGE)

    response = eve.get(f"/api/v1/documents/{page.document}/original")

    assert response.content == PAGE
    disposition = response.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''%E5%B9%B4%E5%81%87")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]
    assert response.headers.get_list("content-security-policy") == ["default-src 'none'; sandbox"]


def test_an_original_whose_bytes_are_gone_is_not_a_fault(house: House, eve: TestClient) -> None:
    page = house.add_document(house.handbook, "a.html", "Leave.", PAGE)
    for blob in house.platform.blobs.root.glob("??/*"):
        blob.unlink()

    assert eve.get(f"/api/v1/documents/{page.document}/original").status_code == 404


def test_an_upload_is_stored_and_on_its_way(house: House, ada: TestClient, upload) -> None:
    accepted = upload("notes.txt")

    assert accepted["document"]["state"] == "stored"
    assert accepted["document"]["filename"] == "notes.txt"
    assert accepted["job"]["state"] == "queued"
    assert not accepted["unchanged"]
    assert [work.id for work in house.work.started] == [accepted["job"]["id"]]
    detail = ada.get(f"/api/v1/admin/documents/{accepted['document']['id']}").json()
    assert detail["job"] == accepted["job"]


def test_the_same_bytes_again_are_unchanged_and_others_a_new_version(upload) -> None:
    first = upload("notes.txt")
    same = upload("notes.txt")
    other = upload("notes.txt", b"Other words.")

    assert same["unchanged"]
    assert not other["unchanged"]
    assert {each["document"]["id"] for each in (first, same, other)} == {first["document"]["id"]}
    assert other["document"]["version_number"] == 2


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../../../tmp/notes.txt", "notes.txt"),
        ("..\\..\\notes.txt", "notes.txt"),
        ("/etc/notes.txt", "notes.txt"),
        ("a\u202etxt.notes.txt", "atxt.notes.txt"),
        ("n" * 400 + ".txt", "n" * 251 + ".txt"),
    ],
)
def test_a_filename_is_a_name_for_people_and_never_a_path(
    house: House, upload, tmp_path: Path, sent: str, shown: str
) -> None:
    accepted = upload(sent)

    assert accepted["document"]["filename"] == shown
    stored = [path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert len(stored[0]) == 64


def test_what_is_no_upload_is_refused_in_a_sentence(house: House, ada: TestClient) -> None:
    answers = [
        ada.post(shelf(house), json={"file": "text"}),
        ada.post(shelf(house), content=b"%PDF", headers={"Content-Type": "application/pdf"}),
        ada.post(shelf(house), files={"other": ("a.txt", b"a")}),
        ada.post(shelf(house), data={"file": "not a file"}),
        ada.post(shelf(house), files={"file": ("", b"a")}),
        ada.post(shelf(house), files={"file": ("..", b"a")}),
        ada.post(shelf(house), content=b"garbage", headers={"Content-Type": "multipart/form-data"}),
    ]

    assert [answer.status_code for answer in answers] == [400] * len(answers)
    assert all(answer.json()["message"].endswith(".") for answer in answers)
    assert ada.get(shelf(house)).json()["total"] == 0


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    response = ada.post(shelf(house), files={"file": ("big.txt", b"x" * (MAX_BYTES + 1))})

    assert response.status_code == 413
    assert ada.get(shelf(house)).json()["total"] == 0
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


def test_a_kind_of_file_that_nobody_reads_is_refused(house: House, ada: TestClient) -> None:
    response = ada.post(shelf(house), files={"file": ("a.exe", b"MZ\x90\x00" + b"\x00" * 60)})

    assert response.status_code == 415
    assert response.json()["message"].endswith(".")


def test_an_upload_into_an_unknown_knowledge_base_is_not_found(ada: TestClient) -> None:
    path = f"/api/v1/admin/knowledge-bases/{'0' * 32}/documents"

    assert ada.post(path, files={"file": ("a.txt", b"a")}).status_code == 404
    assert ada.get(path).status_code == 404


def test_the_list_is_searched_filtered_sorted_and_paged(
    house: House, ada: TestClient, upload
) -> None:
    house.add_document(house.handbook, "b leave.md", "Leave.", b"12345")
    house.add_document(house.handbook, "A travel.md", "Travel.", b"1")
    house.add_document(house.board, "c.md", "Elsewhere.")
    upload("d new.txt", b"123")
    path = shelf(house)

    assert titles(ada, path) == ["A travel.md", "b leave.md", "d new.txt"]
    assert titles(ada, f"{path}?sort=-name") == ["d new.txt", "b leave.md", "A travel.md"]
    assert titles(ada, f"{path}?sort=size") == ["A travel.md", "d new.txt", "b leave.md"]
    assert titles(ada, f"{path}?q=LEAVE") == ["b leave.md"]
    assert titles(ada, f"{path}?state=stored") == ["d new.txt"]
    page = ada.get(f"{path}?limit=1&offset=1").json()
    assert ([item["title"] for item in page["items"]], page["total"]) == (["b leave.md"], 3)
    assert ada.get(f"{path}?sort=colour").status_code == 400


def test_chunks_are_those_that_are_visible(house: House, ada: TestClient, upload) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    waiting = upload("new.txt")["document"]["id"]

    shown = ada.get(f"/api/v1/admin/documents/{leave.document}/chunks").json()

    assert [(chunk["id"], chunk["text"]) for chunk in shown] == [(leave.chunk, "Leave is 30 days.")]
    assert ada.get(f"/api/v1/admin/documents/{waiting}/chunks").json() == []


def test_a_failed_document_is_tried_again_and_a_good_one_is_not(
    house: House, ada: TestClient, upload, clock: MovableClock
) -> None:
    accepted = upload("notes.txt")
    document = accepted["document"]["id"]
    path = f"/api/v1/admin/documents/{document}"
    assert ada.post(f"{path}/retry").status_code == 409
    Jobs(house.platform.database, clock).fail(accepted["job"]["id"], "The file is broken.")
    assert ada.get(path).json()["error"] == "The file is broken."
    clock.move(seconds=1)

    again = ada.post(f"{path}/retry")

    assert again.status_code == 202
    assert again.json()["state"] == "queued"
    assert ada.get(path).json()["job"]["id"] == again.json()["id"]


def test_a_deleted_document_is_gone_from_every_list(house: House, ada: TestClient, upload) -> None:
    document = upload("notes.txt")["document"]["id"]
    path = f"/api/v1/admin/documents/{document}"

    assert ada.delete(path).status_code == 204

    again = [ada.get(path), ada.delete(path), ada.post(f"{path}/retry"), ada.get(f"{path}/chunks")]
    assert [answer.status_code for answer in again] == [404, 404, 404, 404]
    assert titles(ada, shelf(house)) == []


def test_a_document_stays_readable_while_a_new_version_is_on_its_way(
    house: House, ada: TestClient, eve: TestClient
) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    with house.platform.database.write() as connection:
        on_its_way = update(documents).where(documents.c.id == leave.document)
        connection.execute(on_its_way.values(state="parsing"))

    assert eve.get(f"/api/v1/documents/{leave.document}/text").status_code == 200
    assert house.platform.documents.get(DocumentId(leave.document)).chunks == 1


def test_each_deed_leaves_an_entry_in_the_audit_log(house: House, ada: TestClient, upload) -> None:
    document = upload("notes.txt")["document"]["id"]
    upload("notes.txt")
    ada.delete(f"/api/v1/admin/documents/{document}")

    entries = ada.get("/api/v1/admin/audit?q=document.").json()["items"]

    assert sorted((entry["action"], entry["target"]) for entry in entries) == [
        ("document.delete", "notes.txt"),
        ("document.upload", "notes.txt"),
    ]
