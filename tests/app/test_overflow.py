"""Somebody else's model is asked only when ours has no time, and only what may leave the site."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import AsyncOpenAI
from prometheus_client import CollectorRegistry, generate_latest

from app.answering import AnsweringParts
from app.answers.chances import AnswerChances
from app.models.client import EngineGenerator
from app.models.opening import Models
from app.models.second import second_generator
from app.people.pseudonym import pseudonym_of
from app.people.user import User
from app.platform import Platform
from app.sections import Overflow
from app.shapes.library import KnowledgeBasePatchIn
from retrieval.types import KnowledgeBaseId, Scope
from tests.app.attached import FILES
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.two_engines import Engine, engine
from tests.app.visitors import events_of, served, wait_until
from tests.fakes import ReadyModels, WordsEmbedder

OPEN = "The canary word of the travel report is canary0001x."
SECRET = "The canary word of the board report is canary0002x."
FILE = "The canary word of the attached report is canary0003x."
QUESTION = "What is the canary word of the {} report?"
OURS = "default"  # any name that the scripted engine takes
EVERYTHING = ["full", "slow", "away"]  # that can be the reason


@dataclass
class Site:
    """A house whose model is busy, and somebody else's that is not."""

    house: House
    near: Engine
    far: Engine
    client: httpx.Client
    admin: httpx.Client
    registry: CollectorRegistry

    def ask(self, about: str, **more: object) -> dict[str, Any]:
        body = {"question": QUESTION.format(about), **more}
        events = dict(events_of(self.client.post("/api/v1/answers", json=body).text))
        started, finished = json.loads(events["started"]), json.loads(events["finished"])
        return {**finished["answer"], "conversation_id": started["conversation_id"]}

    def follow_up(self, conversation: str, base: str) -> None:
        """Leans on what was asked before, so that the model is asked to put both into one."""
        body = {"question": "And of it?", "conversation_id": conversation}
        asked = self.client.post("/api/v1/answers", json={**body, "knowledge_base_ids": [base]})
        assert "finished" in dict(events_of(asked.text))

    def let(self, base: str, *, may_leave: bool) -> None:
        path = f"/api/v1/admin/knowledge-bases/{base}"
        changed = self.admin.patch(path, json={"may_leave": may_leave})
        assert changed.json()["may_leave"] is may_leave


@contextmanager
def site_of(
    house: House, visitors: tuple[User, User], why: str, *, max_queue: int = 0
) -> Iterator[Site]:
    with (
        engine("Nothing. ", max_queue=max_queue) as near,
        engine(f"{OPEN} [1]") as far,
    ):
        far.model.open_gate()
        url = near.url if why != "away" else "http://127.0.0.1:9/v1"
        overflow = Overflow(url=far.url, model="scripted", when=(why,), seconds=1)
        live, registry = house.platform, CollectorRegistry()
        chosen = live.settings.models.model_copy(update={"overflow": overflow, "rephrases": True})
        settings = live.settings.model_copy(update={"models": chosen})
        first = EngineGenerator(AsyncOpenAI(base_url=url, api_key="x", max_retries=0), OURS)
        embedder, second = WordsEmbedder(away=True), second_generator(overflow)
        # No connection is kept open: the loop of the test's server ends with the test.
        first, second = (
            replace(one, client=one.client.with_options(default_headers={"Connection": "close"}))
            for one in (first, second)
        )
        models = Models(embedder, first, None, ReadyModels(), url, second=second)
        parts = AnsweringParts(
            settings, live.searcher, models, live.library, live.reading, house.files
        )
        begun = parts.begun(registry)
        told = {name: getattr(begun, name) for name in ("asking", "openai", "explaining", "turns")}
        house.platform = replace(live, **told, recall=begun.recall)
        with served(house.platform) as client_of:
            eve, ada = (client_of(person) for person in visitors)
            yield Site(house, near, far, eve, ada, registry)


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    """Both knowledge bases are for everyone, and answer whatever they have words for."""
    furnished = furnish(platform, clock, tmp_path, admin)
    library = furnished.platform.library
    everyone = library.get(furnished.handbook).readers[0].id
    usual = KnowledgeBasePatchIn(reader_group_ids=[everyone], refuse_below=0.01)
    for base, title, text in (
        (furnished.handbook, "travel canary0001x", OPEN),
        (furnished.board, "board canary0002x", SECRET),
    ):
        library.change(admin, base, usual)
        furnished.add_document(base, title, text)
        furnished.index.sync(KnowledgeBaseId(base))
    return furnished


@pytest.fixture
def visitors(admin: User, employee: User) -> tuple[User, User]:
    return employee, admin


def overflows(site: Site) -> list[dict[str, str]]:
    audit = site.admin.get("/api/v1/admin/audit", params={"action": "answer.overflow"}).json()
    return [entry["detail"] for entry in audit["items"]]


@pytest.mark.parametrize("why", EVERYTHING)
def test_what_may_leave_is_answered_elsewhere_and_that_is_written_down(
    house: House, visitors: tuple[User, User], why: str
) -> None:
    queue = 4 if why == "slow" else 0
    with site_of(house, visitors, why, max_queue=queue) as site, site.near.busy(1):
        site.let(house.handbook, may_leave=True)
        answer = site.ask("travel", knowledge_base_ids=[house.handbook])
        assert (answer["outcome"], answer["model"]) == ("answered", "scripted")
        assert answer["reduced"] is None
        assert b"canary0001x" in site.far.sent
        assert b'"user":' not in site.far.sent
        who = visitors[0].id
        assert not any(one.encode() in site.far.sent for one in (who, pseudonym_of(who)))
        assert overflows(site) == [{"knowledge_bases": "Handbook", "reason": why}]
    counted = f'colophon_overflows_total{{reason="{why}"}} 1.0'
    assert counted.encode() in generate_latest(site.registry)


@pytest.mark.parametrize("why", ["full", "away"])
def test_nothing_of_a_marked_knowledge_base_leaves_however_it_is_asked(
    house: House, visitors: tuple[User, User], why: str
) -> None:
    with site_of(house, visitors, why) as site, site.near.busy(1):
        site.let(house.handbook, may_leave=True)
        alone = site.ask("board", knowledge_base_ids=[house.board])
        both = site.ask("travel", knowledge_base_ids=[house.board, house.handbook])
        all_of_them = site.ask("travel")
        assert "canary0002x" in json.dumps(alone)
        assert {one["model"] for one in (alone, both, all_of_them)} == {OURS}
        assert site.far.heard == []
        assert overflows(site) == []


def test_a_marked_one_waits_for_our_own_model_and_its_asker_hears_the_place(
    house: House, visitors: tuple[User, User]
) -> None:
    with site_of(house, visitors, "slow", max_queue=4) as site, site.near.busy(1):
        body = {"question": QUESTION.format("board"), "knowledge_base_ids": [house.board]}
        places: list[object] = []
        with site.client.stream("POST", "/api/v1/answers", json=body) as answer:
            for line in answer.iter_lines():
                if '"waiting"' in line:
                    stage = json.loads(line.removeprefix("data: "))
                    places.append(stage["ahead"])
                    assert (stage["ahead"] is None) == (stage["seconds"] is None)
                if places[-1:] == [0]:
                    site.near.model.open_gate()  # the stranger's turn ends, then it is ours
        assert places[:2] == [None, 0]
        assert site.far.heard == []
        asked = site.near.sent.rpartition(b"canary0002x")
        assert pseudonym_of(visitors[0].id).encode() in asked[2]
        assert visitors[0].id.encode() not in site.near.sent


def test_a_conversation_that_asked_a_marked_one_or_read_a_file_stays(
    house: House, visitors: tuple[User, User]
) -> None:
    with site_of(house, visitors, "full") as site, site.near.busy(1):
        site.let(house.handbook, may_leave=True)
        before = site.ask("board", knowledge_base_ids=[house.board])["conversation_id"]
        site.ask("travel", knowledge_base_ids=[house.handbook], conversation_id=before)
        site.follow_up(before, house.handbook)
        sent = site.client.post(FILES, files={"file": ("canary0003x.md", FILE)}).json()["id"]
        wait_until(lambda: site.client.get(f"{FILES}/{sent}").json()["state"] == "ready")
        with_file = site.ask("attached", knowledge_base_ids=[], attachment_ids=[sent])
        beside = {"attachment_ids": [sent], "conversation_id": with_file["conversation_id"]}
        site.ask("travel", knowledge_base_ids=[house.handbook], **beside)
        assert site.client.delete(f"{FILES}/{sent}").status_code == 204
        site.follow_up(with_file["conversation_id"], house.handbook)
        assert site.far.heard == []
        # What was free to leave once and is not any more stays, too.
        free = site.ask("travel", knowledge_base_ids=[house.handbook])["conversation_id"]
        assert site.far.requests == 1
        site.let(house.handbook, may_leave=False)
        site.let(house.board, may_leave=True)
        site.follow_up(free, house.board)
        assert site.far.requests == 1


def test_openai_clients_questions_leave_alone_but_never_with_what_was_said_before(
    house: House, visitors: tuple[User, User]
) -> None:
    question = {"role": "user", "content": QUESTION.format("travel")}
    before = [
        {"role": "user", "content": "Who is canary0009x?"},
        {"role": "assistant", "content": "A canary0009x."},
    ]
    with site_of(house, visitors, "full") as site, site.near.busy(1):
        site.let(house.handbook, may_leave=True)

        def complete(model: str, *messages: dict[str, str]) -> None:
            body = {"model": model, "messages": messages}
            assert site.client.post("/v1/chat/completions", json=body).status_code == 200

        complete("kb:Handbook", *before, question)
        complete("kb:Board", question)
        complete("colophon", question)
        assert site.far.heard == []
        complete("kb:Handbook", question)
        assert b"canary0001x" in site.far.sent


def test_replays_and_golden_questions_stay_even_where_all_may_leave(
    house: House, visitors: tuple[User, User]
) -> None:
    with site_of(house, visitors, "full") as site, site.near.busy(1):
        site.let(house.handbook, may_leave=True)
        body = {"question": QUESTION.format("travel"), "knowledge_base_ids": [house.handbook]}
        replayed = site.admin.post("/api/v1/admin/explain", json=body)
        assert replayed.json()["answer"]["reduced"] == "quotes"
        answerer = house.platform.asking.answerer.answers
        scope = Scope(frozenset({KnowledgeBaseId(house.handbook)}))
        assert AnswerChances(answerer).of(body["question"], scope) > 0
        assert site.far.heard == []


def test_one_that_is_marked_while_its_question_waits_stays(
    house: House, visitors: tuple[User, User]
) -> None:
    with site_of(house, visitors, "full") as site:
        site.let(house.handbook, may_leave=True)
        leaving = house.platform.asking.leaving
        assert leaving is not None
        permit = leaving.permit(frozenset({house.handbook}))
        assert permit is not None
        site.let(house.handbook, may_leave=False)
        assert not permit.take("scripted", "slow")
        assert leaving.permit(frozenset()) is None
        assert overflows(site) == []
