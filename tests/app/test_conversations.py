import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.answers.conversations import title_of
from app.answers.stored_answers import SOURCE_GONE
from app.people.user import User
from app.platform import Platform
from app.shapes.library import KnowledgeBasePatchIn
from retrieval.answers import Citation
from retrieval.types import KnowledgeBaseId
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import events_of, signed_in


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


def asked(client: TestClient, question: str, **more: object) -> dict:
    """Asks, and returns the `started` event."""
    response = client.post("/api/v1/answers", json={"question": question, **more})
    return json.loads(dict(events_of(response.text))["started"])


def titles(client: TestClient, query: str = "") -> list[str]:
    page = client.get(f"/api/v1/conversations{query}").json()
    return [conversation["title"] for conversation in page["items"]]


def test_a_title_is_the_question_on_one_line() -> None:
    assert title_of("How  long\nis leave?") == "How long is leave?"


def test_a_long_title_is_cut_at_a_word_and_a_chinese_one_anywhere() -> None:
    assert title_of("word " * 30) == "word " * 11 + "word…"
    assert title_of("假" * 100) == "假" * 59 + "…"
    assert title_of("a " + "b" * 100) == "a " + "b" * 57 + "…"


def test_the_list_is_pinned_first_then_newest(eve: TestClient, clock: MovableClock) -> None:
    started = []
    for question in ("First?", "Second?", "Third?"):
        clock.move(minutes=1)
        started.append(asked(eve, question)["conversation_id"])
    eve.patch(f"/api/v1/conversations/{started[0]}", json={"pinned": True})

    assert titles(eve) == ["First?", "Third?", "Second?"]


def test_a_follow_up_brings_its_conversation_to_the_top(
    eve: TestClient, clock: MovableClock
) -> None:
    first = asked(eve, "First?")["conversation_id"]
    clock.move(minutes=1)
    asked(eve, "Second?")
    clock.move(minutes=1)
    asked(eve, "And then?", conversation_id=first)

    assert titles(eve) == ["First?", "Second?"]


def test_search_looks_in_titles_and_in_later_questions(eve: TestClient) -> None:
    first = asked(eve, "How long is leave?")["conversation_id"]
    asked(eve, "And for managers?", conversation_id=first)
    asked(eve, "Where is the printer?")

    assert titles(eve, "?q=MANAGERS") == ["How long is leave?"]
    assert titles(eve, "?q=printer") == ["Where is the printer?"]
    assert titles(eve, "?q=%25") == []


def test_pages_count_the_whole_list(eve: TestClient, clock: MovableClock) -> None:
    for question in ("First?", "Second?", "Third?"):
        clock.move(minutes=1)
        asked(eve, question)

    page = eve.get("/api/v1/conversations?limit=1&offset=1").json()

    assert [item["title"] for item in page["items"]] == ["Second?"]
    assert page["total"] == 3
    for query in ("limit=10000", "limit=0", "offset=-1", f"offset={10**30}"):
        assert eve.get(f"/api/v1/conversations?{query}").status_code == 400


def test_a_renamed_conversation_keeps_its_name(eve: TestClient) -> None:
    conversation = asked(eve, "How long?")["conversation_id"]

    changed = eve.patch(f"/api/v1/conversations/{conversation}", json={"title": " Leave "}).json()

    assert changed["title"] == "Leave"
    assert asked(eve, "And?", conversation_id=conversation)["title"] == "Leave"


def test_deleting_has_an_undo(eve: TestClient) -> None:
    conversation = asked(eve, "How long?")["conversation_id"]
    path = f"/api/v1/conversations/{conversation}"

    assert eve.delete(path).status_code == 204
    assert titles(eve) == []
    assert eve.get(path).status_code == 404
    assert eve.delete(path).status_code == 404
    assert eve.post(f"{path}/restore").json()["title"] == "How long?"
    assert eve.get(path).json()["turns"][0]["question"] == "How long?"


def test_feedback_is_kept_changed_and_taken_back(eve: TestClient) -> None:
    turn = asked(eve, "How long?")["turn_id"]
    path = f"/api/v1/turns/{turn}/feedback"

    down = eve.put(path, json={"feedback": "down", "reason": "outdated"}).json()
    up = eve.put(path, json={"feedback": "up", "reason": "outdated"}).json()
    back = eve.put(path, json={"feedback": None}).json()

    assert (down["feedback"], down["feedback_reason"]) == ("down", "outdated")
    assert (up["feedback"], up["feedback_reason"]) == ("up", None)
    assert (back["feedback"], back["feedback_reason"]) == (None, None)
    assert eve.put(path, json={"feedback": "sideways"}).status_code == 400


@pytest.mark.parametrize("who", ["mallory", "ada"])
def test_another_persons_ids_look_like_none_in_every_place(
    house: House, eve: TestClient, make_user, who: str
) -> None:
    make_user("mallory")
    started = asked(eve, "How long?")
    conversation, turn = started["conversation_id"], started["turn_id"]
    other = signed_in(house.platform, who)
    path = f"/api/v1/conversations/{conversation}"

    answers = [
        other.get(path),
        other.patch(path, json={"title": "Mine"}),
        other.delete(path),
        other.post(f"{path}/restore"),
        other.put(f"/api/v1/turns/{turn}/feedback", json={"feedback": "up"}),
        other.post(f"/api/v1/answers/{turn}/stop"),
        other.post("/api/v1/answers", json={"question": "?", "conversation_id": conversation}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 7
    assert titles(other) == []
    mine = eve.get(path).json()
    assert (mine["title"], mine["turns"][0]["feedback"], len(mine["turns"])) == (
        "How long?",
        None,
        1,
    )


def a_conversation_on_two_sources(house: House, eve: TestClient) -> tuple[str, Citation, Citation]:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    carry = house.add_document(house.handbook, "carry.md", "Five days carry over.")
    house.will_answer(
        ("Leave is 30 days.", [leave]),
        ("Five days carry over.", [carry]),
        ("Both hold for all.", [leave, carry]),
        ("Nobody cited this.", []),
    )
    return asked(eve, "How long is leave?")["conversation_id"], leave, carry


def test_what_rests_on_a_deleted_document_is_withheld_from_a_stored_answer(
    house: House, eve: TestClient
) -> None:
    conversation, _, carry = a_conversation_on_two_sources(house, eve)
    house.platform.removals.remove_document(carry.document)

    body = eve.get(f"/api/v1/conversations/{conversation}")

    answer = body.json()["turns"][0]["answer"]
    assert [sentence["text"] for sentence in answer["sentences"]] == [
        "Leave is 30 days.",
        "",
        "",
        "",
    ]
    assert {s["reason"] for s in answer["sentences"] if s["verdict"] == "withheld"} == {SOURCE_GONE}
    assert answer["withheld"] == 3
    assert [citation["document_title"] for citation in answer["citations"]] == ["leave.md"]
    assert answer["reasoning"] == ""
    assert "carry" not in body.text


def test_what_one_may_no_longer_read_is_withheld_until_one_may_again(
    house: House, eve: TestClient
) -> None:
    conversation, _, _ = a_conversation_on_two_sources(house, eve)
    path = f"/api/v1/conversations/{conversation}"
    before = eve.get(path).json()

    def readable_by(*groups: str) -> None:
        patch = KnowledgeBasePatchIn(reader_group_ids=list(groups))
        house.platform.library.change(house.ada, house.handbook, patch)

    readable_by(house.board_group)
    revoked = eve.get(path)
    rated = eve.put(f"/api/v1/turns/{before['turns'][0]['id']}/feedback", json={"feedback": "up"})
    assert "30 days" not in revoked.text + rated.text
    assert "leave.md" not in revoked.text + rated.text
    assert "Hana" not in revoked.text
    readable_by("everyone")
    assert eve.get(path).json() == {**before, "turns": [{**before["turns"][0], "feedback": "up"}]}


def test_a_removed_knowledge_base_takes_its_words_out_of_stored_answers(
    house: House, eve: TestClient
) -> None:
    conversation, _, _ = a_conversation_on_two_sources(house, eve)
    house.platform.removals.remove_knowledge_base(KnowledgeBaseId(house.handbook))

    body = eve.get(f"/api/v1/conversations/{conversation}")

    assert body.status_code == 200
    assert "30 days" not in body.text
