"""A file that somebody attaches is read for its owner, searched by them alone, and erased."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.people.user import User
from app.platform import Platform
from app.sections import Attachments
from app.tables import attachments, conversations
from ingestion.parsing.parse import Parsed
from tests.app.attached import FILES, attach, furnished_files
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import events_of, signed_in, wait_until

LETTER = (
    "# Lease\n\nThe deposit for the bungalow is 4,711 euros.\n\nPets are welcome in the garden."
)
FOLDER = Path(__file__).parent.parent / "ingestion" / "files"


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


def ask(client: TestClient, **more: object) -> dict[str, Any]:
    response = client.post("/api/v1/answers", json={"question": "What is the deposit?", **more})
    assert response.status_code == 200, response.text
    started: dict[str, Any] = json.loads(dict(events_of(response.text))["started"])
    return started


def test_a_file_is_read_and_shown_to_its_owner(eve: TestClient) -> None:
    read = attach(eve, "lease.md", LETTER)

    assert (read["state"], read["filename"], read["error"]) == ("ready", "lease.md", None)
    text = eve.get(f"{FILES}/{read['id']}/text").json()
    assert text["title"] == "Lease"
    assert "4,711 euros" in text["blocks"][1]["text"]
    assert [one["id"] for one in eve.get(FILES).json()] == [read["id"]]


def test_a_word_document_is_read(eve: TestClient) -> None:
    read = attach(eve, "tables.docx", (FOLDER / "docx_tables.docx").read_bytes())
    assert read["state"] == "ready"
    assert eve.get(f"{FILES}/{read['id']}/text").json()["blocks"]


@pytest.mark.parametrize("name", ["bad_truncated.pdf", "bad_bomb.docx", "enc_user_password_1.pdf"])
def test_a_hostile_file_costs_only_itself(eve: TestClient, name: str) -> None:
    taken = eve.post(FILES, files={"file": (name, (FOLDER / name).read_bytes())})
    if taken.status_code == 202:
        failed = attach(eve, name, (FOLDER / name).read_bytes())
        assert failed["state"] == "failed"
        assert failed["error"].endswith(".")
        refused = eve.post("/api/v1/answers", json=_asking(failed["id"]))
        assert refused.status_code == 409
        assert failed["error"] in refused.json()["message"]
    else:
        assert taken.status_code in {400, 415}
    assert attach(eve, "lease.md", LETTER)["state"] == "ready"


def _asking(*ids: str) -> dict[str, object]:
    return {"question": "What is the deposit?", "attachment_ids": ids}


def test_the_bytes_are_kept_no_longer_than_they_are_read(eve: TestClient, house: House) -> None:
    read = attach(eve, "lease.md", LETTER)
    with house.platform.database.read() as connection:
        row = connection.execute(select(attachments)).one()
    assert row.content is None
    assert row.id == read["id"]
    assert list(house.platform.blobs.names()) == []


def test_files_stay_with_their_conversation(eve: TestClient) -> None:
    read = attach(eve, "lease.md", LETTER)
    started = ask(eve, attachment_ids=[read["id"]])
    conversation = started["conversation_id"]

    ask(eve, conversation_id=conversation)

    shown = eve.get(f"/api/v1/conversations/{conversation}").json()
    assert [one["id"] for one in shown["attachments"]] == [read["id"]]
    assert shown["attachments"][0]["turn_id"] == started["turn_id"]
    listed = eve.get(FILES, params={"conversation_id": conversation}).json()
    assert listed == shown["attachments"]
    assert eve.get(FILES).json() == []


def test_a_file_belongs_to_one_conversation(eve: TestClient) -> None:
    read = attach(eve, "lease.md", LETTER)
    ask(eve, attachment_ids=[read["id"]])
    again = eve.post("/api/v1/answers", json=_asking(read["id"]))
    assert again.status_code == 409
    assert again.json()["message"] == "“lease.md” belongs to another conversation."


def test_a_file_alone_may_be_asked(eve: TestClient, house: House) -> None:
    read = attach(eve, "lease.md", LETTER)
    conversation = ask(eve, attachment_ids=[read["id"]], knowledge_base_ids=[])["conversation_id"]
    ask(eve, conversation_id=conversation, knowledge_base_ids=[])
    assert [scope.knowledge_bases for _, _, scope in house.answers.asked] == [frozenset()] * 2
    nothing = eve.post("/api/v1/answers", json={"question": "?", "knowledge_base_ids": []})
    assert nothing.status_code == 400


def test_a_removed_file_is_gone(eve: TestClient, house: House) -> None:
    read = attach(eve, "lease.md", LETTER)
    conversation = ask(eve, attachment_ids=[read["id"]])["conversation_id"]

    assert eve.delete(f"{FILES}/{read['id']}").status_code == 204

    assert eve.get(f"{FILES}/{read['id']}").status_code == 404
    assert eve.get(f"/api/v1/conversations/{conversation}").json()["attachments"] == []
    with house.platform.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(attachments)) == 0


def test_a_deleted_conversation_takes_its_files_along(
    eve: TestClient, house: House, clock: MovableClock
) -> None:
    read = attach(eve, "lease.md", LETTER)
    conversation = ask(eve, attachment_ids=[read["id"]])["conversation_id"]
    forgetting = house.files.forgetting

    eve.delete(f"/api/v1/conversations/{conversation}")
    assert eve.get(f"{FILES}/{read['id']}/text").status_code == 404
    clock.move(minutes=50)
    assert forgetting.look() == 0
    eve.post(f"/api/v1/conversations/{conversation}/restore")
    assert eve.get(f"{FILES}/{read['id']}/text").status_code == 200
    eve.delete(f"/api/v1/conversations/{conversation}")
    clock.move(minutes=61)
    forgetting.look()

    with house.platform.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(attachments)) == 0
        assert connection.scalar(select(func.count()).select_from(conversations)) == 0
    folder = Path(str(house.platform.database.engine.url.database)).parent
    held = [
        path.name for path in folder.rglob("*") if path.is_file() and b"4,711" in path.read_bytes()
    ]
    assert held == []


def test_a_file_with_which_nothing_is_asked_expires(
    eve: TestClient, house: House, clock: MovableClock
) -> None:
    asked, _unasked = attach(eve, "a.md", LETTER), attach(eve, "b.md", LETTER)
    ask(eve, attachment_ids=[asked["id"]])
    clock.move(hours=25)
    house.files.forgetting.look()
    with house.platform.database.read() as connection:
        assert connection.scalars(select(attachments.c.id)).all() == [asked["id"]]


def test_limits_are_told_in_sentences(
    house: House, employee: User, clock: MovableClock, tmp_path: Path
) -> None:
    limits = {"max_bytes": 2**20, "per_conversation": 1, "per_person": 2, "per_hour": 3}
    settings = house.platform.settings.model_copy(
        update={"attachments": Attachments.model_validate(limits), "data_dir": tmp_path / "small"}
    )
    platform = replace(house.platform, settings=settings)
    files = furnished_files(platform, clock, house.platform.blobs, house.platform.searcher)
    asking = replace(platform.asking, files=files.of_questions)
    eve = signed_in(replace(platform, attachments=files.files, asking=asking), "eve")

    def refused(content: bytes, name: str = "a.txt") -> tuple[int, str]:
        answer = eve.post(FILES, files={"file": (name, content)})
        return answer.status_code, answer.json()["message"]

    large = (413, "The file is larger than 1 MiB, the limit for uploads.")
    assert refused(b"x" * (2**20 + 70_000)) == large
    assert refused(b"x" * (2**20 + 1))[1].endswith("the limit for files of questions.")
    assert refused(b"MZ\x90\x00" * 99, "a.exe")[0] == 415
    first = attach(eve, "a.txt", "One.")
    assert refused(b"Two.") == (
        429,
        "You attached 3 files within an hour, which is the limit. Please wait a little.",
    )
    files.files.throttle.forgive(employee.id)
    second = attach(eve, "b.txt", "Two.")
    assert refused(b"Three.")[0] == 413
    both = eve.post("/api/v1/answers", json=_asking(first["id"], second["id"]))
    assert (both.status_code, both.json()["message"]) == (
        413,
        "A conversation may have 1 files. Remove one of them, or start another conversation.",
    )
    assert house.answers.asked == []


def test_a_file_of_too_many_passages_says_so(house: House, employee: User) -> None:
    reading = replace(house.files.reading, max_passages=2)
    files = replace(house.platform.attachments, reading=reading)
    client = signed_in(replace(house.platform, attachments=files), "eve")
    long = "\n\n".join(f"# Part {number}\n\n{'word ' * 300}" for number in range(9))
    read = attach(client, "long.md", long)
    assert read["state"] == "failed"
    assert "is too long to be attached: it makes" in read["error"]


def test_a_crashing_reading_fails_alone(house: House, eve: TestClient) -> None:
    def broken(*_: object) -> Parsed:
        raise RuntimeError("a fault of ours")

    reading = replace(house.files.reading, parse=broken)
    files = replace(house.platform.attachments, reading=reading)
    client = signed_in(replace(house.platform, attachments=files), "eve")
    assert attach(client, "a.md", LETTER)["error"].startswith("Something went wrong inside")
    assert attach(eve, "a.md", LETTER)["state"] == "ready"


def test_what_restarts_find_unread_too_often_is_given_up(eve: TestClient, house: House) -> None:
    read = attach(eve, "a.md", LETTER)
    house.files.reading.rows.change(read["id"], state="reading", content=b"x", tries=3)
    house.files.reading.resume()
    given_up = eve.get(f"{FILES}/{read['id']}").json()
    assert given_up["state"] == "failed"
    assert given_up["error"].endswith("Attach it again.")


def test_files_of_another_embedder_are_embedded_again(eve: TestClient, house: House) -> None:
    read = attach(eve, "lease.md", LETTER)
    conversation = ask(eve, attachment_ids=[read["id"]])["conversation_id"]
    house.files.reading.rows.change(read["id"], embedder="another")
    ask(eve, conversation_id=conversation)
    wait_until(lambda: read["id"] not in house.files.reading.progress)
    with house.platform.database.read() as connection:
        made_by = connection.scalar(select(attachments.c.embedder))
    assert made_by == house.files.of_questions.embedder.identity.key
