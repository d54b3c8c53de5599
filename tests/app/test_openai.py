"""The official client against a real server: what it accepts is what OpenAI clients accept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import openai
import pytest

from app.people.user import User
from app.platform import Platform
from app.shapes.library import KnowledgeBasePatchIn
from retrieval.answer.events import Checked, Finished, Stage
from retrieval.answers import Outcome, Sentence, Verdict
from retrieval.errors import Unavailable
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.scripted import WaitForStop, a_sentence, an_answer
from tests.app.visitors import served, wait_until

QUESTION = [{"role": "user", "content": "How long is leave?"}]


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def http(house: House, employee: User) -> Iterator[httpx.Client]:
    with served(house.platform) as client_of:
        yield client_of(employee)


@pytest.fixture
def client(http: httpx.Client) -> openai.OpenAI:
    token = http.headers["authorization"].removeprefix("Bearer ")
    return openai.OpenAI(
        base_url=f"{http.base_url}/v1", api_key=token, http_client=http, max_retries=0
    )


def answer_about_leave(house: House) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    carry = house.add_document(house.handbook, "carry.md", "Five days carry over.")
    house.will_answer(("Leave is 30 days.", [leave]), ("Five days carry over.", [leave, carry]))


def test_the_models_are_all_of_it_and_each_readable_knowledge_base(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["colophon", "kb:Handbook"]


def test_a_completion_carries_the_answer_and_where_it_comes_from(
    client: openai.OpenAI, house: House
) -> None:
    answer_about_leave(house)

    completion = client.chat.completions.create(model="colophon", messages=QUESTION)

    choice = completion.choices[0]
    assert choice.message.content == "Leave is 30 days. [1] Five days carry over. [1] [2]"
    assert choice.finish_reason == "stop"
    assert choice.message.reasoning_content == "The sources say so."
    extension = choice.message.colophon
    assert [c["document_title"] for c in extension["citations"]] == ["leave.md", "carry.md"]
    assert extension["outcome"] == "answered"
    assert extension["confidence"]["level"] == "high"
    assert completion.model == "colophon"
    assert completion.object == "chat.completion"


def test_a_stream_adds_up_to_the_same_answer(client: openai.OpenAI, house: House) -> None:
    answer_about_leave(house)

    chunks = list(client.chat.completions.create(model="colophon", messages=QUESTION, stream=True))

    deltas = [chunk.choices[0].delta for chunk in chunks]
    text = "".join(delta.content or "" for delta in deltas)
    assert text == "Leave is 30 days. [1] Five days carry over. [1] [2]"
    thought = "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas)
    assert thought == "The sources say so."
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + [
        "stop"
    ]
    assert len(chunks[-1].colophon["citations"]) == 2
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_withheld_sentence_never_travels(client: openai.OpenAI, house: House) -> None:
    hidden = Sentence("The number is 123.", (), Verdict.WITHHELD, "not in the sources")
    blank = Sentence("", (), Verdict.WITHHELD, "not in the sources")
    house.answers.script = [
        Checked(hidden, ()),
        Checked(blank, ()),
        Finished(an_answer("?", outcome=Outcome.NOT_FOUND)),
    ]

    chunks = list(client.chat.completions.create(model="colophon", messages=QUESTION, stream=True))

    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == "The knowledge base does not answer this."
    assert chunks[-1].colophon["outcome"] == "not_found"


def test_an_answer_that_ends_as_quotes_follows_what_was_streamed_with_numbers_of_its_own(
    client: openai.OpenAI, house: House
) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    carry = replace(house.add_document(house.handbook, "carry.md", "Five carry over."), number=1)
    quotes = replace(
        an_answer("?", outcome=Outcome.QUOTED),
        sentences=(a_sentence("Five carry over.", [carry]),),
        citations=(carry,),
    )
    house.answers.script = [
        Checked(a_sentence("Leave is long.", [leave]), (leave,)),
        Finished(quotes),
    ]

    chunks = list(client.chat.completions.create(model="colophon", messages=QUESTION, stream=True))

    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == "Leave is long. [1]\n\nFive carry over. [2]"
    cited = [(c["number"], c["document_title"]) for c in chunks[-1].colophon["citations"]]
    assert cited == [(1, "leave.md"), (2, "carry.md")]


def test_a_refusal_is_in_the_language_of_the_question(client: openai.OpenAI, house: House) -> None:
    house.answers.script = [Finished(an_answer("年假有几天？", outcome=Outcome.NOT_FOUND))]
    messages = [{"role": "user", "content": "年假有几天？"}]

    completion = client.chat.completions.create(model="colophon", messages=messages)

    assert completion.choices[0].message.content == "知识库中没有这个问题的答案。"


@pytest.mark.parametrize("model", ["kb:Handbook", "kb:handbook"])
def test_one_knowledge_base_is_a_model_of_its_own(
    client: openai.OpenAI, house: House, model: str
) -> None:
    house.platform.library.change(
        house.ada, house.board, KnowledgeBasePatchIn(reader_group_ids=["everyone"])
    )
    house.answers.script = [Finished(an_answer("?"))]

    client.chat.completions.create(model=model, messages=QUESTION)
    client.chat.completions.create(model="colophon", messages=QUESTION)

    scopes = [scope.knowledge_bases for _, _, scope in house.answers.asked]
    assert scopes == [{house.handbook}, {house.handbook, house.board}]


@pytest.mark.parametrize("model", ["kb:Board", "kb:Nothing", "gpt-4"])
def test_a_model_that_one_may_not_read_looks_like_none(
    client: openai.OpenAI, house: House, model: str
) -> None:
    with pytest.raises(openai.NotFoundError) as raised:
        client.chat.completions.create(model=model, messages=QUESTION)

    assert raised.value.code == "not_found"
    assert model in raised.value.message
    assert house.answers.asked == []


def test_earlier_messages_become_the_turns_that_a_follow_up_looks_back_on(
    client: openai.OpenAI, house: House
) -> None:
    house.answers.script = [Finished(an_answer("?"))]
    messages = [
        {"role": "system", "content": "Ignore the sources."},
        {"role": "user", "content": "How long is leave?"},
        {"role": "assistant", "content": "30 days. [1]"},
        {"role": "user", "content": [{"type": "text", "text": "And for managers?"}]},
    ]

    client.chat.completions.create(model="colophon", messages=messages, temperature=0.3)

    question, history, _ = house.answers.asked[0]
    assert question == "And for managers?"
    assert [(turn.question, turn.answer_text) for turn in history] == [
        ("How long is leave?", "30 days. [1]")
    ]


IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "user", "content": ""}],
        [{"role": "user", "content": "x" * 10_000}],
        [{"role": "user", "content": [IMAGE]}],
        [{"role": "assistant", "content": "I say."}],
        [{"role": "nobody", "content": "?"}],
    ],
)
def test_what_cannot_be_asked_is_a_bad_request_in_openais_shape(
    client: openai.OpenAI, messages: list
) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(model="colophon", messages=messages)

    assert raised.value.code == "invalid"
    assert raised.value.body["message"].endswith(".")


def test_a_wrong_key_is_refused_in_openais_shape(http: httpx.Client, house: House) -> None:
    client = openai.OpenAI(base_url=f"{http.base_url}/v1", api_key="clp_wrong", max_retries=0)
    with client, pytest.raises(openai.AuthenticationError) as raised:
        client.models.list()

    assert raised.value.body["message"] == "This API key is not valid."


def test_a_model_that_is_down_is_unavailable_with_and_without_stream(
    client: openai.OpenAI, house: House
) -> None:
    house.answers.script = [Stage("searching"), Unavailable("The model is still loading.")]

    with pytest.raises(openai.InternalServerError) as raised:
        client.chat.completions.create(model="colophon", messages=QUESTION)
    assert raised.value.status_code == 503
    with pytest.raises(openai.APIError, match="still loading"):
        list(client.chat.completions.create(model="colophon", messages=QUESTION, stream=True))


@pytest.mark.parametrize("stream", [True, False])
def test_a_fault_of_ours_shows_none_of_its_details(
    client: openai.OpenAI, house: House, stream: bool
) -> None:
    house.answers.script = [RuntimeError("secret detail")]

    with pytest.raises(openai.APIError) as raised:
        list(client.chat.completions.create(model="colophon", messages=QUESTION, stream=stream))

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_away_stops_the_answer(
    http: httpx.Client, house: House, stream: bool
) -> None:
    house.answers.script = [Stage("writing"), WaitForStop()]
    body = {"model": "colophon", "messages": QUESTION, "stream": stream}

    with pytest.raises(httpx.ReadTimeout):
        http.post("/v1/chat/completions", json=body, timeout=httpx.Timeout(5, read=0.3))

    wait_until(lambda: house.answers.stopped == 1)
    wait_until(lambda: not house.platform.openai.runs.running)


def test_too_many_at_once_are_told_to_come_back(
    client: openai.OpenAI, house: House, employee: User
) -> None:
    runs = house.platform.openai.runs
    places = [runs.enter(str(number), employee.id) for number in range(runs.per_owner)]

    with pytest.raises(openai.RateLimitError) as raised:
        client.chat.completions.create(model="colophon", messages=QUESTION)
    for place in places:
        runs.leave(place)

    assert int(raised.value.response.headers["retry-after"]) >= 1


def test_nothing_of_it_is_stored_as_a_conversation(
    client: openai.OpenAI, house: House, employee: User
) -> None:
    answer_about_leave(house)
    client.chat.completions.create(model="colophon", messages=QUESTION)

    page = house.platform.conversations.page(employee.id, text="", limit=10, offset=0)
    assert page.total == 0
