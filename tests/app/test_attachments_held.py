"""Files of a conversation stay in memory between its questions, and no longer than they may."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Text, cast, select

from app.attachments.forgetting import Forgetting
from app.attachments.held import HeldFiles
from app.people.user import User
from app.platform import Platform
from app.tables import attachments, turns
from retrieval.search.attached import FindsAttached
from retrieval.types import Scope
from tests.app.asking_files import CANARY, LETTER, answering, asked
from tests.app.attached import FILES, attach
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import signed_in

DAYS = 30


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return answering(furnish(platform, clock, tmp_path, admin))


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


def conversation_with(client: TestClient, *files: str) -> str:
    conversation: str = asked(client, attachment_ids=list(files))["started"]["conversation_id"]
    return conversation


def held(house: House) -> HeldFiles:
    return house.files.of_questions.held


def test_the_second_question_finds_them_in_memory(
    eve: TestClient, house: House, clock: MovableClock
) -> None:
    read = attach(eve, "lease.md", LETTER)["id"]
    conversation = conversation_with(eve, read)
    files, owner = house.files.of_questions, eve.get("/api/v1/me").json()["id"]
    first, again = files.searched(owner, conversation), files.searched(owner, conversation)
    assert first is not None
    assert again is not None
    assert isinstance(first.finder, FindsAttached)
    assert isinstance(again.finder, FindsAttached)
    assert first.finder.files is again.finder.files
    clock.move(minutes=1)
    other = attach(eve, "other.md", "Lifts are repaired on Mondays.")["id"]
    asked(eve, conversation_id=conversation, attachment_ids=[other])
    more = files.searched(owner, conversation)
    assert more is not None
    assert more.filenames == ("lease.md", "other.md")
    found = more.finder.find("When are lifts repaired?", Scope(frozenset()), limit=3)
    assert "Mondays" in found.passages[0].chunk.text


def test_a_removed_file_is_out_of_memory_at_once(eve: TestClient, house: House) -> None:
    read = attach(eve, "lease.md", LETTER)["id"]
    conversation = conversation_with(eve, read)
    assert held(house).attachments == {read}
    eve.delete(f"{FILES}/{read}")
    assert held(house).attachments == frozenset()
    assert CANARY not in json.dumps(asked(eve, conversation_id=conversation))


def test_a_deleted_conversation_leaves_memory_within_the_minute(
    eve: TestClient, house: House
) -> None:
    read = attach(eve, "lease.md", LETTER)["id"]
    conversation = conversation_with(eve, read)
    eve.delete(f"/api/v1/conversations/{conversation}")
    house.files.forgetting.look()
    assert held(house).attachments == frozenset()


def test_what_another_process_removed_is_not_searched(eve: TestClient, house: House) -> None:
    read = attach(eve, "lease.md", LETTER)["id"]
    conversation = conversation_with(eve, read)
    owner = eve.get("/api/v1/me").json()["id"]
    house.files.reading.rows.remove(owner, read)
    assert house.files.of_questions.searched(owner, conversation) is None


def test_only_so_many_passages_are_held_and_the_latest_stay(eve: TestClient, house: House) -> None:
    few = HeldFiles(most=2)
    files = replace(house.files.of_questions, held=few)
    owner = eve.get("/api/v1/me").json()["id"]
    reads = [attach(eve, f"{n}.md", LETTER)["id"] for n in range(3)]
    conversations = [conversation_with(eve, read) for read in reads]
    for place in (0, 1, 0, 2):
        assert files.searched(owner, conversations[place]) is not None
    assert few.attachments == {reads[0], reads[2]}


def test_old_files_go_with_what_answers_quoted_of_them(
    eve: TestClient, house: House, clock: MovableClock
) -> None:
    old = attach(eve, "lease.md", LETTER)["id"]
    conversation = conversation_with(eve, old)
    limits = house.platform.settings.attachments.model_copy(update={"days": DAYS})
    forgetting = Forgetting(house.files.files.rows, limits, held(house))
    clock.move(days=DAYS - 1)
    assert forgetting.look() == 0
    eve = signed_in(house.platform, "eve")
    young = attach(eve, "young.md", LETTER)["id"]
    younger = conversation_with(eve, young)
    assert CANARY in eve.get(f"/api/v1/conversations/{conversation}").text
    clock.move(days=2)

    assert forgetting.look() == 1

    shown = signed_in(house.platform, "eve").get(f"/api/v1/conversations/{conversation}").json()
    assert CANARY not in json.dumps(shown)
    assert shown["attachments"] == []
    (turn,) = shown["turns"]
    assert {sentence["verdict"] for sentence in turn["answer"]["sentences"]} == {"withheld"}
    with house.platform.database.read() as connection:
        kept = connection.execute(select(turns.c.conversation_id, cast(turns.c.answer, Text)))
        assert {row[0] for row in kept if CANARY in row[1]} == {younger}
        assert connection.scalars(select(attachments.c.id)).all() == [young]
    assert held(house).attachments == {young}
