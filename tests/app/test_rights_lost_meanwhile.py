"""A right that is taken away while an answer is made holds before its next sentence."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio
import pytest
from fastapi.testclient import TestClient

from app.answers.standing import CHANGED, EVERY_SECONDS, Standing
from app.people.accounts import AccountChange
from app.people.user import User
from app.platform import Platform
from app.shapes.library import KnowledgeBasePatchIn
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import AnswerEvent, Checked, Finished, Reasoned, Stage
from retrieval.answer.trace import Trace
from retrieval.answers import Citation
from retrieval.errors import Forbidden
from retrieval.types import DocumentId, KnowledgeBaseId, Passage, Scope
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.scripted import a_sentence, an_answer
from tests.app.visitors import events_of, signed_in

FIRST, SECOND = "Leave is 30 days.", "The merger is called Heron."
CHAT = {"model": "colophon", "messages": [{"role": "user", "content": "Which merger?"}]}


@dataclass
class Interrupted:
    """Answers with two sentences; between them something happens."""

    cited: Sequence[Citation] = ()
    read: Sequence[Passage] = ()
    happens: list[Callable[[], object]] = field(default_factory=list)

    async def answer(
        self, inquiry: Inquiry, stop: anyio.Event
    ) -> AsyncGenerator[AnswerEvent, None]:
        sentences = [a_sentence(FIRST, self.cited[:1]), a_sentence(SECOND, self.cited[1:])]
        yield Stage("writing")
        yield Checked(sentences[0], tuple(self.cited[:1]))
        for happening in self.happens:
            await anyio.to_thread.run_sync(happening)
        yield Checked(sentences[1], tuple(self.cited[1:]))
        answer = replace(
            an_answer(inquiry.question),
            sentences=tuple(sentences),
            citations=tuple(self.cited),
            reasoning=f"I have read: {SECOND}",
        )
        yield Finished(answer, Trace(tuple(self.read), (), (), 1.0, 0.5, 1.0))


@pytest.fixture
def answers() -> Interrupted:
    return Interrupted()


@pytest.fixture
def house(
    platform: Platform, clock: MovableClock, tmp_path: Path, admin: User, answers: Interrupted
) -> House:
    house = furnish(platform, clock, tmp_path, admin)
    answers.cited = [
        house.add_document(house.handbook, "leave.md", FIRST),
        house.add_document(house.handbook, "heron.md", SECOND, b"heron"),
    ]
    scope = Scope(frozenset({KnowledgeBaseId(house.handbook)}))
    found = house.index.corpus.visible([cited.chunk for cited in answers.cited], scope)
    answers.read = list(found.values())
    asking = replace(house.platform.asking, answerer=answers)
    openai = replace(house.platform.openai, answerer=answers)
    house.platform = replace(house.platform, asking=asking, openai=openai)
    return house


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


def close_handbook(house: House, _eve: User) -> None:
    patch = KnowledgeBasePatchIn(reader_group_ids=[])
    house.platform.library.change(house.ada, house.handbook, patch)


def disable(house: House, eve: User) -> None:
    house.platform.accounts.change(eve.id, AccountChange(disabled=True), house.ada)


def sign_out(house: House, eve: User) -> None:
    house.platform.accounts.sign_out_everywhere(eve.id, house.ada)


TAKEN_AWAY = [(close_handbook, "forbidden"), (disable, "unauthenticated")]


@pytest.mark.parametrize(("taken_away", "code"), [*TAKEN_AWAY, (sign_out, "unauthenticated")])
def test_the_stream_ends_before_the_next_sentence(
    house: House,
    eve: TestClient,
    employee: User,
    answers: Interrupted,
    taken_away: Callable[[House, User], None],
    code: str,
) -> None:
    answers.happens.append(lambda: taken_away(house, employee))

    streamed = eve.post("/api/v1/answers", json={"question": "Which merger?"}).text

    assert FIRST in streamed
    assert SECOND not in streamed
    name, data = events_of(streamed)[-1]
    assert (name, json.loads(data)["code"]) == ("failed", code)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("lost", TAKEN_AWAY, ids=lambda lost: lost[1])
def test_so_it_is_for_openai_clients(
    house: House,
    eve: TestClient,
    employee: User,
    answers: Interrupted,
    lost: tuple[Callable[[House, User], None], str],
    stream: bool,
) -> None:
    taken_away, code = lost
    answers.happens.append(lambda: taken_away(house, employee))

    answer = eve.post("/v1/chat/completions", json={**CHAT, "stream": stream}).text

    assert "Heron" not in answer
    assert f'"code":"{code}"' in answer


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/answers", {"question": "Which merger?"}),
        ("/v1/chat/completions", {**CHAT, "stream": True}),
        ("/v1/chat/completions", {**CHAT, "stream": False}),
    ],
)
def test_a_document_that_is_deleted_meanwhile_is_quoted_no_more(
    house: House, eve: TestClient, answers: Interrupted, path: str, body: dict[str, object]
) -> None:
    gone = DocumentId(answers.cited[1].document)
    answers.happens.append(lambda: house.platform.removals.remove_document(gone))

    answer = eve.post(path, json=body).text

    assert "30 days" in answer
    assert "Heron" not in answer


def test_what_was_read_and_not_cited_takes_the_reasoning_along_when_it_is_lost(
    house: House, eve: TestClient, answers: Interrupted
) -> None:
    answers.cited, read = answers.cited[:1], answers.cited[1]
    eve.post("/api/v1/answers", json={"question": "How long is leave?"})
    [conversation] = eve.get("/api/v1/conversations").json()["items"]
    path = f"/api/v1/conversations/{conversation['id']}"
    assert "Heron" in eve.get(path).json()["turns"][0]["answer"]["reasoning"]

    house.platform.removals.remove_document(DocumentId(read.document))

    [turn] = eve.get(path).json()["turns"]
    assert "Heron" not in str(turn)
    assert FIRST in str(turn)


def test_whom_to_ask_about_a_lost_knowledge_base_is_not_said_any_more(
    house: House, eve: TestClient, answers: Interrupted
) -> None:
    everyone = KnowledgeBasePatchIn(reader_group_ids=["everyone"])
    house.platform.library.change(house.ada, house.board, everyone)
    eve.post("/api/v1/answers", json={"question": "How long is leave?"})
    [conversation] = eve.get("/api/v1/conversations").json()["items"]
    path = f"/api/v1/conversations/{conversation['id']}"
    [turn] = eve.get(path).json()["turns"]
    assert turn["answer"]["maintainers"] == ["Boris", "Hana"]

    nobody = KnowledgeBasePatchIn(reader_group_ids=[])
    house.platform.library.change(house.ada, house.board, nobody)

    [turn] = eve.get(path).json()["turns"]
    assert turn["answer"]["maintainers"] == ["Hana"]
    assert FIRST in str(turn)


def test_a_model_that_thinks_word_by_word_is_looked_at_twice_a_second(house: House) -> None:
    seconds, looks = [0.0], [0]
    chosen = Scope(frozenset({KnowledgeBaseId(house.handbook)}))

    def now() -> Scope:
        looks[0] += 1
        return chosen if seconds[0] < 1 else Scope(frozenset())

    async def thoughts() -> AsyncIterator[AnswerEvent]:
        for number in range(100):
            seconds[0] = number * 0.1
            yield Reasoned(str(number))

    told: list[str] = []

    async def hear() -> None:
        standing = Standing(now, house.platform.reading, clock=lambda: seconds[0])
        async for event in standing.guarded(thoughts(), chosen):
            assert isinstance(event, Reasoned)
            told.append(event.text)

    with pytest.raises(Forbidden, match=CHANGED):
        anyio.run(hear)
    assert len(told) <= (1 + EVERY_SECONDS) / 0.1
    assert looks[0] <= 3
