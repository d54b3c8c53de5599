"""Two documents, a question that quotes one, a purge: then no file holds a word of it."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.people.user import User
from app.platform import Platform
from app.shapes.asking import AnswerOut
from retrieval.answers import Verdict
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import events_of, signed_in

ADMIN = "/api/v1/admin"
SECRET = "The quince harvest pays for the “Schloß” pool."
OTHER = "Trains take two hours."


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


def ask(ada: TestClient, question: str, conversation: str | None = None) -> str:
    """The conversation's id."""
    body = {"question": question, "conversation_id": conversation}
    events = dict(events_of(ada.post("/api/v1/answers", json=body).text))
    assert "finished" in events
    started: str = json.loads(events["started"])["conversation_id"]
    return started


def gone(ada: TestClient, sentence: str) -> dict[str, object]:
    answer = ada.post(f"{ADMIN}/doctor/gone", json={"sentence": sentence})
    assert answer.status_code == 200, answer.text
    report: dict[str, object] = answer.json()
    return report


def test_answers_keep_a_mark_where_the_purged_words_were(
    house: House, ada: TestClient, clock: MovableClock
) -> None:
    secret = house.add_document(house.handbook, "secret.txt", SECRET, SECRET.encode())
    trains = house.add_document(house.handbook, "trains.txt", OTHER, OTHER.encode())
    house.will_answer((SECRET, [secret]), (OTHER, [trains]))
    conversation = ask(ada, "What is there?")
    clock.move(seconds=1)
    house.will_answer((OTHER, [trains]))
    ask(ada, "And besides?", conversation)

    purged = ada.post(f"{ADMIN}/documents/{secret.document}/purge").json()
    assert purged == {
        "title": "secret.txt",
        "versions": 1,
        "chunks": 1,
        "vectors": 0,
        "originals": 1,
        "answers": 1,
    }
    turns = ada.get(f"/api/v1/conversations/{conversation}").json()["turns"]
    first, second = (AnswerOut.model_validate(turn["answer"]) for turn in turns)
    assert [sentence.verdict for sentence in first.sentences] == [
        Verdict.WITHHELD,
        Verdict.SUPPORTED,
    ]
    assert first.sentences[0].text == ""
    assert [citation.document_id for citation in first.citations] == [trains.document]
    assert second.sentences[0].text == OTHER
    assert (first.reasoning, second.reasoning) == ("", "")


def test_the_audit_log_keeps_who_and_when_and_the_hash_but_no_name(
    house: House, ada: TestClient
) -> None:
    path = f"{ADMIN}/knowledge-bases/{house.handbook}/documents"
    uploads = [
        ada.post(path, files={"file": (name, content)}).json()["document"]["id"]
        for name, content in [("secret.txt", SECRET.encode()), ("trains.txt", OTHER.encode())]
    ]
    ada.delete(f"{ADMIN}/documents/{uploads[0]}")
    ada.post(f"{ADMIN}/documents/{uploads[0]}/purge")
    entries = ada.get(f"{ADMIN}/audit").json()["items"]
    named = {(e["action"], e["actor"], e["target"]) for e in entries if "document" in e["action"]}
    assert named == {
        ("document.purge", "ada", "a purged document"),
        ("document.delete", "ada", "a purged document"),
        ("document.upload", "ada", "a purged document"),
        ("document.upload", "ada", "trains.txt"),
    }
    [purge] = [entry for entry in entries if entry["action"] == "document.purge"]
    assert purge["detail"]["sha256"] == sha256(SECRET.encode()).hexdigest()
    assert gone(ada, "secret.txt")["gone"] is True
    assert gone(ada, "trains.txt")["gone"] is False


def test_the_proof_finds_it_before_and_nowhere_after(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    secret = house.add_document(house.handbook, "secret.txt", SECRET, SECRET.encode())
    house.add_document(house.handbook, "trains.txt", OTHER, OTHER.encode())
    house.will_answer((SECRET, [secret]))
    ask(ada, "What is there?")
    before = gone(ada, SECRET)
    places = {place["place"]: place["found"] for place in before["found"]}  # type: ignore[attr-defined]
    assert before["gone"] is False
    assert places["chunks.text"] == places["blocks.text"] == places["turns.answer"] == 1
    assert any(place.startswith("blobs/") for place in places)
    assert "colophon.sqlite3" in places

    ada.post(f"{ADMIN}/documents/{secret.document}/purge")

    after = gone(ada, SECRET)
    assert (after["gone"], after["found"]) == (True, [])
    looked = " ".join(after["looked_in"])  # type: ignore[arg-type]
    places_named = ("columns of chunks", "columns of turns", "index of Handbook", "below blobs/")
    for place in places_named:
        assert place in looked
    assert "backups that were made earlier are not looked at" in looked
    # With eyes of its own: no file has it, in any of the ways in which it may be written.
    needles = (SECRET.encode(), SECRET.encode("utf-16-le"), json.dumps(SECRET)[1:-1].encode())
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(needle in content for needle in needles), path


def test_a_sentence_is_found_however_it_is_spaced(house: House, ada: TestClient) -> None:
    house.add_document(house.handbook, "a.txt", "One line\n  and another % of_it.", b"x")
    assert gone(ada, "One line and another % of_it.")["gone"] is False
    assert gone(ada, "One line and another x of_it.")["gone"] is True


def test_an_original_in_another_encoding_is_found(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_bytes("Schloß und Riegel".encode("utf-16-le"))
    (tmp_path / "empty.txt").write_bytes(b"")
    report = gone(ada, "Schloß und Riegel")
    assert report["found"] == [{"place": "note.txt", "found": 1}]


def test_an_answer_that_was_being_made_does_not_bring_it_back(
    house: House, ada: TestClient
) -> None:
    secret = house.add_document(house.handbook, "secret.txt", SECRET, SECRET.encode())
    ada.post(f"{ADMIN}/documents/{secret.document}/purge")
    house.will_answer((SECRET, [secret]))  # found before, said afterwards
    ask(ada, "What is there?")
    assert gone(ada, SECRET)["gone"] is True


def test_what_was_purged_cannot_be_uploaded_again(house: House, ada: TestClient) -> None:
    secret = house.add_document(house.handbook, "secret.txt", SECRET, SECRET.encode())
    ada.post(f"{ADMIN}/documents/{secret.document}/purge")
    path = f"{ADMIN}/knowledge-bases/{house.handbook}/documents"
    refused = ada.post(path, files={"file": ("again.txt", SECRET.encode())})
    assert refused.status_code == 409
    assert refused.json()["message"].startswith("again.txt was purged on ")
    other = f"{ADMIN}/knowledge-bases/{house.board}/documents"
    assert ada.post(other, files={"file": ("again.txt", SECRET.encode())}).status_code == 202
    assert ada.post(f"{ADMIN}/documents/{secret.document}/purge").status_code == 404
