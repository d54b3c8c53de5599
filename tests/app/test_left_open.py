"""What an answer leaves open, and what its model was given, from the stream to the stored turn."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import openai
import pytest

from app.answers.answer_shapes import answer_out
from app.answers.openai_text import text_of
from app.people.user import User
from app.platform import Platform
from retrieval.answer.events import Checked, Finished
from retrieval.answers import Answer, ContextUsed
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.scripted import a_sentence, an_answer
from tests.app.visitors import served

QUESTION = "How long is leave and where is the pool?"
OPEN = "Where is the pool?"
USED = ContextUsed(5, 2, 3, shortened=False, tokens=880, budget=900, whole=1, too_long=2)


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def http(house: House, employee: User) -> Iterator[httpx.Client]:
    with served(house.platform) as client_of:
        yield client_of(employee)


def half_an_answer(house: House) -> Answer:
    """Scripts one that answers the first of two things."""
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    said = a_sentence("Leave is 30 days.", [leave])
    answer = replace(
        an_answer(QUESTION),
        sentences=(said,),
        citations=(leave,),
        context=USED,
        unanswered=(OPEN,),
    )
    house.answers.script = [Checked(said, (leave,)), Finished(answer)]
    return answer


def test_the_stored_turn_says_what_was_read_and_what_stays_open(
    http: httpx.Client, house: House
) -> None:
    half_an_answer(house)
    http.post("/api/v1/answers", json={"question": QUESTION}).raise_for_status()
    (conversation,) = http.get("/api/v1/conversations").json()["items"]
    (turn,) = http.get(f"/api/v1/conversations/{conversation['id']}").json()["turns"]
    assert turn["answer"]["unanswered"] == [OPEN]
    assert turn["answer"]["context"] == {
        "passages": 5,
        "widened": 2,
        "left_out": 3,
        "shortened": False,
        "tokens": 880,
        "budget": 900,
        "whole": 1,
        "too_long": 2,
    }


def test_an_openai_client_reads_it_as_a_paragraph_streamed_or_not(
    http: httpx.Client, house: House
) -> None:
    half_an_answer(house)
    token = http.headers["authorization"].removeprefix("Bearer ")
    client = openai.OpenAI(base_url=f"{http.base_url}/v1", api_key=token, http_client=http)
    asked = [{"role": "user", "content": QUESTION}]
    whole = client.chat.completions.create(model="colophon", messages=asked)
    chunks = client.chat.completions.create(model="colophon", messages=asked, stream=True)
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    expected = f"Leave is 30 days. [1]\n\nThe knowledge base does not say: {OPEN}"
    assert whole.choices[0].message.content == expected
    assert streamed == expected


def test_it_is_said_in_the_language_of_the_question(house: House) -> None:
    answer = replace(
        half_an_answer(house), question="年假几天？泳池在哪？", unanswered=("泳池在哪？",)
    )
    assert text_of(answer_out(answer, [])).endswith("知识库没有说明：泳池在哪？")
