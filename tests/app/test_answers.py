import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from app.people.user import User
from app.platform import Platform
from retrieval.answer.answerer import Answerer
from retrieval.answer.events import Finished, Stage
from retrieval.answers import Outcome
from retrieval.errors import Unavailable
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.scripted import WaitForStop, an_answer
from tests.app.visitors import events_of, served, signed_in, wait_until
from tests.fakes import EchoGenerator, WordsEmbedder


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


def ask(client: TestClient | httpx.Client, question: str = "How long?", **more: object):
    return client.post("/api/v1/answers", json={"question": question, **more})


def read_until(lines, name: str) -> dict:
    """The data of the next event of that name, out of a live stream."""
    for line in lines:
        if line == f"event: {name}":
            return json.loads(next(lines).removeprefix("data: "))
    raise AssertionError(f"The stream ended before {name}.")


def test_an_answer_streams_in_order_and_ends_with_the_whole(eve: TestClient, house: House) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    house.will_answer(("Leave is 30 days.", [leave]))

    response = ask(eve)

    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    events = events_of(response.text)
    names = [name for name, _ in events]
    assert names == ["started", "stage", "stage", "reasoning", "sentence", "finished"]
    sentence = json.loads(events[4][1])
    assert sentence["citations"][0]["quote"] == "Leave is 30 days."
    finished = json.loads(events[5][1])
    assert finished["answer"]["sentences"][0]["text"] == "Leave is 30 days."
    assert finished["answer"]["maintainers"] == ["Hana"]
    assert finished["turn_id"] == json.loads(events[0][1])["turn_id"]


def test_the_stored_answer_is_the_finished_one(eve: TestClient, house: House) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    house.will_answer(("Leave is 30 days.", [leave]))

    events = dict(events_of(ask(eve).text))

    conversation = json.loads(events["started"])["conversation_id"]
    stored = eve.get(f"/api/v1/conversations/{conversation}").json()
    assert stored["turns"][0]["answer"] == json.loads(events["finished"])["answer"]
    assert stored["turns"][0]["error"] is None


def test_a_question_searches_what_the_asker_may_read_and_nothing_else(
    eve: TestClient, house: House
) -> None:
    ask(eve)
    ask(eve, knowledge_base_ids=[house.handbook])

    scopes = [scope.knowledge_bases for _, _, scope in house.answers.asked]
    assert scopes == [{house.handbook}, {house.handbook}]


@pytest.mark.parametrize("chosen", ["board", "unknown"])
def test_a_knowledge_base_that_one_may_not_read_looks_like_none(
    eve: TestClient, house: House, chosen: str
) -> None:
    wanted = {"board": house.board, "unknown": "0" * 32}[chosen]

    response = ask(eve, knowledge_base_ids=[house.handbook, wanted])

    assert response.status_code == 404
    assert response.json()["message"] == "There is no such knowledge base."
    assert house.answers.asked == []


def test_a_follow_up_looks_back_on_answers_and_never_on_reasoning(
    eve: TestClient, house: House
) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    house.will_answer(("Leave is 30 days.", [leave]))
    started = json.loads(dict(events_of(ask(eve, "How long is leave?").text))["started"])

    ask(eve, "And for managers?", conversation_id=started["conversation_id"])

    _, history, _ = house.answers.asked[1]
    assert [(turn.question, turn.answer_text) for turn in history] == [
        ("How long is leave?", "Leave is 30 days.")
    ]


def test_a_follow_up_does_not_look_back_on_what_the_asker_may_no_longer_read(
    eve: TestClient, house: House
) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    house.will_answer(("Leave is 30 days.", [leave]))
    started = json.loads(dict(events_of(ask(eve, "How long is leave?").text))["started"])
    house.platform.removals.remove_document(leave.document)

    ask(eve, "And for managers?", conversation_id=started["conversation_id"])

    _, history, _ = house.answers.asked[1]
    assert "30" not in str(history)


def test_an_expected_failure_ends_the_stream_with_its_sentence(
    eve: TestClient, house: House
) -> None:
    house.answers.script = [Stage("searching"), Unavailable("The model is still loading.")]

    response = ask(eve)

    events = dict(events_of(response.text))
    failed = json.loads(events["failed"])
    assert failed["code"] == "unavailable"
    assert failed["message"] == "The model is still loading."
    assert failed["request_id"] == response.headers["x-request-id"]
    conversation = json.loads(events["started"])["conversation_id"]
    turn = eve.get(f"/api/v1/conversations/{conversation}").json()["turns"][0]
    assert (turn["answer"], turn["error"]) == (None, "The model is still loading.")


def test_a_fault_of_ours_ends_the_stream_without_its_details(eve: TestClient, house: House) -> None:
    house.answers.script = [Stage("searching"), RuntimeError("secret detail")]

    response = ask(eve)

    events = dict(events_of(response.text))
    assert "secret detail" not in response.text
    assert json.loads(events["failed"])["request_id"] == response.headers["x-request-id"]
    conversation = json.loads(events["started"])["conversation_id"]
    turn = eve.get(f"/api/v1/conversations/{conversation}").json()["turns"][0]
    assert turn["error"] == "This answer was interrupted. Ask again."


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": ""}, 400),
        ({"question": " \n "}, 400),
        ({"question": "x" * 10_000}, 400),
        ({}, 400),
        ({"question": "x", "knowledge_base_ids": []}, 400),
        ({"question": "x", "typo": 1}, 400),
        ({"question": "x", "conversation_id": "0" * 32}, 404),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_in_a_sentence(
    eve: TestClient, house: House, body: dict, status: int
) -> None:
    response = eve.post("/api/v1/answers", json=body)

    assert response.status_code == status
    assert response.json()["message"].endswith(".")
    assert eve.get("/api/v1/conversations").json()["total"] == 0
    assert house.platform.asking.runs.running == {}


def test_a_deleted_conversation_cannot_be_continued(eve: TestClient, house: House) -> None:
    started = json.loads(dict(events_of(ask(eve).text))["started"])
    conversation = started["conversation_id"]
    eve.delete(f"/api/v1/conversations/{conversation}")

    assert ask(eve, conversation_id=conversation).status_code == 404


def test_stop_ends_the_answer_from_another_request_of_its_owner_only(
    house: House, employee: User, make_user
) -> None:
    house.answers.script = [Stage("writing"), WaitForStop()]
    mallory = make_user("mallory")
    with served(house.platform) as client_of:
        eve = client_of(employee)
        other = client_of(mallory)
        with eve.stream("POST", "/api/v1/answers", json={"question": "How long?"}) as response:
            lines = response.iter_lines()
            turn = read_until(lines, "started")["turn_id"]
            read_until(lines, "stage")
            assert other.post(f"/api/v1/answers/{turn}/stop").status_code == 404
            assert house.answers.stopped == 0
            assert eve.post(f"/api/v1/answers/{turn}/stop").status_code == 204
            finished = read_until(lines, "finished")
        assert finished["answer"]["outcome"] == Outcome.STOPPED
        assert eve.post(f"/api/v1/answers/{turn}/stop").status_code == 204
        assert eve.post(f"/api/v1/answers/{'0' * 32}/stop").status_code == 404


def test_a_reader_who_leaves_stops_the_answer_and_keeps_what_was_checked(
    house: House, employee: User
) -> None:
    house.answers.script = [Stage("writing"), WaitForStop()]
    with served(house.platform) as client_of:
        eve = client_of(employee)
        with eve.stream("POST", "/api/v1/answers", json={"question": "How long?"}) as response:
            lines = response.iter_lines()
            conversation = read_until(lines, "started")["conversation_id"]
            read_until(lines, "stage")
        wait_until(lambda: not house.platform.asking.runs.running)
        turn = eve.get(f"/api/v1/conversations/{conversation}").json()["turns"][0]

    assert house.answers.stopped == 1
    assert turn["answer"]["outcome"] == Outcome.STOPPED


def test_too_many_answers_at_once_are_refused_before_the_stream_begins(
    house: House, employee: User
) -> None:
    house.answers.script = [WaitForStop()]
    with served(house.platform) as client_of:
        eve = client_of(employee)
        body = {"question": "How long?"}
        with (
            eve.stream("POST", "/api/v1/answers", json=body) as first,
            eve.stream("POST", "/api/v1/answers", json=body) as second,
        ):
            third = eve.post("/api/v1/answers", json=body)
            turns = [
                read_until(each.iter_lines(), "started")["turn_id"] for each in (first, second)
            ]
            for turn in turns:
                eve.post(f"/api/v1/answers/{turn}/stop")
        wait_until(lambda: not house.platform.asking.runs.running)
        house.answers.script = [Finished(an_answer("How long?"))]
        again = eve.post("/api/v1/answers", json=body)

    assert third.status_code == 429
    assert int(third.headers["retry-after"]) >= 1
    assert third.json()["message"].startswith("2 of your questions are being answered.")
    assert again.status_code == 200


def test_an_answer_in_the_making_is_not_yet_interrupted(house: House, employee: User) -> None:
    house.answers.script = [WaitForStop()]
    with served(house.platform) as client_of:
        eve = client_of(employee)
        with eve.stream("POST", "/api/v1/answers", json={"question": "How long?"}) as response:
            lines = response.iter_lines()
            started = read_until(lines, "started")
            path = f"/api/v1/conversations/{started['conversation_id']}"
            turn = eve.get(path).json()["turns"][0]
        wait_until(lambda: not house.platform.asking.runs.running)

    assert (turn["answer"], turn["error"]) == (None, None)


def test_the_real_answerer_streams_what_a_model_says_and_the_sources_support(
    house: House, employee: User
) -> None:
    leave = house.add_document(
        house.handbook, "leave.md", "Every employee has 30 days of annual leave a year."
    )
    house.index.add(leave.knowledge_base, [leave.chunk])
    model = EchoGenerator("Every employee has 30 days of annual leave a year [1].")
    answerer = Answerer(house.platform.searcher, model, WordsEmbedder(away=True))
    real = replace(house.platform, asking=replace(house.platform.asking, answerer=answerer))

    response = ask(signed_in(real, "eve"), "How many days of annual leave does an employee have?")

    events = events_of(response.text)
    assert events[0][0] == "started"
    answer = json.loads(dict(events)["finished"])["answer"]
    assert answer["outcome"] in {Outcome.ANSWERED, Outcome.QUOTED}
    assert answer["citations"][0]["document_id"] == leave.document
    assert "30 days" in answer["sentences"][0]["text"]
