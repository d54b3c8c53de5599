"""Two language models as one, with models that say what the test wrote."""

from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest
from openai import AsyncOpenAI

from app.care.surroundings import Surroundings
from app.models.client import EngineGenerator, unhurried
from app.models.overflow import Overflowing
from app.models.second import second_generator
from app.models.waits import Waits
from app.sections import Overflow
from retrieval.errors import Invalid, KnowledgeBaseError, Overloaded, Unavailable
from retrieval.ports import Delta, Message, Queue, Terms
from tests.app.conftest import MovableClock, NotWired
from tests.app.two_engines import engine
from tests.retrieval.answer.answering_fakes import ScriptedGenerator

ASKED = [Message("user", "Who?")]
SLOW, QUICK = Queue(9, 60.0), Queue(1, 2.0)


@dataclass
class Permission:
    """Says what the test wants said, and remembers what it was asked."""

    granted: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)

    def take(self, model: str, reason: str) -> bool:
        self.asked.append((model, reason))
        return self.granted


def heard(
    first: ScriptedGenerator,
    second: ScriptedGenerator,
    permission: Permission | None,
    when: tuple[str, ...] = ("full", "slow", "away"),
) -> list[Delta]:
    wishes = Overflow(url="http://127.0.0.1:9/v1", model="theirs", when=when, seconds=20)
    both = Overflowing(first, second, wishes)

    async def collect() -> list[Delta]:
        return [delta async for delta in both.stream(ASKED, Terms(50, permit=permission))]

    return anyio.run(collect)


def texts(deltas: list[Delta]) -> list[tuple[str, str]]:
    return [(delta.content, delta.model) for delta in deltas if delta.content]


def theirs(says: str = "Theirs.", **more: object) -> ScriptedGenerator:
    return ScriptedGenerator(says, model="theirs", **more)


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (ScriptedGenerator("", fails=Overloaded("full")), "full"),
        (ScriptedGenerator("", fails=Unavailable("away")), "away"),
        (ScriptedGenerator("Ours.", queue=(QUICK, SLOW)), "slow"),
    ],
)
def test_the_second_writes_for_each_reason_that_the_settings_name(
    first: ScriptedGenerator, reason: str
) -> None:
    permission = Permission()
    found = heard(first, theirs(), permission)
    assert texts(found) == [("Theirs.", "theirs")]
    assert permission.asked == [("theirs", reason)]
    assert first.closed
    others = tuple({"full", "slow", "away"} - {reason})
    second = theirs()
    try:
        heard(first, second, Permission(), others)
    except KnowledgeBaseError:
        assert reason != "slow"
    assert second.prompts == []


@pytest.mark.parametrize("permission", [None, Permission(granted=False)])
def test_without_a_permit_the_first_goes_on_alone(permission: Permission | None) -> None:
    second = theirs()
    found = heard(ScriptedGenerator("Ours.", queue=(SLOW, QUICK)), second, permission)
    assert texts(found) == [("Ours.", "")]
    assert [delta.queue for delta in found[:2]] == [SLOW, QUICK]
    with pytest.raises(Overloaded):
        heard(ScriptedGenerator("", fails=Overloaded("full")), second, permission)
    assert second.prompts == []


def test_a_second_that_fails_at_once_is_tried_once_and_the_first_goes_on() -> None:
    second, permission = theirs("", fails=Unavailable("away")), Permission()
    found = heard(ScriptedGenerator("Ours.", queue=(SLOW, SLOW, QUICK)), second, permission)
    assert texts(found) == [("Ours.", "")]
    assert len(second.prompts) == len(permission.asked) == 1
    with pytest.raises(Overloaded, match="full"):
        heard(ScriptedGenerator("", fails=Overloaded("full")), second, permission)


def test_who_has_begun_to_write_ends_it() -> None:
    second = theirs()
    with pytest.raises(Unavailable):
        heard(ScriptedGenerator("Ours.", fails=Unavailable("died")), second, Permission())
    assert second.prompts == []
    first = ScriptedGenerator("Ours.", queue=(SLOW,))
    with pytest.raises(Unavailable, match="theirs died"):
        heard(first, theirs(fails=Unavailable("theirs died")), Permission())


def test_the_longest_wait_is_that_of_whoever_waits_or_was_sent_away(clock: MovableClock) -> None:
    waits, one, other = Waits(clock.seconds), object(), object()
    assert waits.longest() == 0
    waits.tell(one, 8.0)
    waits.tell(other, 3.0)
    assert waits.longest() == 8.0
    waits.end(one)
    waits.end(one)
    assert waits.longest() == 3.0
    waits.refuse(30.0)
    clock.move(seconds=20)
    assert waits.longest() == pytest.approx(10.0)
    clock.move(seconds=20)
    assert waits.longest() == 3.0


@pytest.mark.parametrize("is_near", [True, False])
def test_only_our_own_engine_hears_who_asks_and_how_long_to_think(is_near: bool) -> None:
    async def listen(url: str) -> list[Delta]:
        async with AsyncOpenAI(base_url=url, api_key="x", max_retries=0) as client:
            model = EngineGenerator(client, "scripted", is_near=is_near)
            terms = Terms(40, thinking=5, asker="somebody")
            return [delta async for delta in unhurried(model).stream(ASKED, terms)]

    with engine("Yes.") as server:
        server.model.open_gate()
        assert "".join(delta.content for delta in anyio.run(listen, server.url)) == "Yes."
        said = (b'"thinking_budget":5', b'"user":"somebody"', b"priority: u=6\r")
        assert [one in server.sent for one in said] == [is_near] * 3
        assert b'"max_tokens":40' in server.sent


def test_the_doctor_says_whether_the_second_is_there_and_has_the_model(tmp_path: Path) -> None:
    def told(overflow: Overflow) -> tuple[bool, str]:
        parts = [NotWired()] * 4
        finding = Surroundings(*parts, overflow).second_model()
        assert finding is not None
        return finding.ok, finding.detail

    key = tmp_path / "key"
    key.write_text("the key\nsomething else\n", encoding="utf-8")
    with engine("") as far:
        there = Overflow(url=far.url, model="scripted", key_file=key)
        assert told(there)[0]
        assert b"Bearer the key\r" in far.sent
        ok, detail = told(there.model_copy(update={"model": "gone"}))
        assert (ok, "no model “gone”" in detail) == (False, True)
    away = there.model_copy(update={"url": "http://127.0.0.1:9/v1"})
    assert told(away) == (False, "The second language model does not answer.")
    key.unlink()
    ok, detail = told(there)
    assert (ok, "cannot be read" in detail) == (False, True)
    assert Surroundings(*[NotWired()] * 4).second_model() is None


@pytest.mark.parametrize("content", [None, "", "\nx"])
def test_a_key_file_without_a_key_stops_the_start(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid, match=r"overflow\.key_file"):
        second_generator(Overflow(url="http://127.0.0.1:9/v1", model="m", key_file=file))
