"""How a knowledge base wants answers to be made, from its settings to the answer."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.answers.openai_text import piece
from app.people.user import User
from app.platform import Platform
from app.shapes.asking import SentenceOut
from retrieval.answers import Checking, Policy, Verdict
from retrieval.types import KnowledgeBaseId, Scope
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import signed_in

ADMIN = "/api/v1/admin/knowledge-bases"


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


def change(ada: TestClient, base: str, **wanted: object) -> dict[str, object]:
    response = ada.patch(f"{ADMIN}/{base}", json=wanted)
    assert response.status_code == 200, response.text
    shown: dict[str, object] = response.json()
    return shown


def ask(client: TestClient, *bases: str) -> None:
    client.post("/api/v1/answers", json={"question": "How long?", "knowledge_base_ids": [*bases]})


def test_a_policy_is_kept_and_its_change_is_in_the_audit_log(house: House, ada: TestClient) -> None:
    changed = change(ada, house.handbook, checking="marked", refuse_below=0.7)
    assert (changed["checking"], changed["refuse_below"]) == ("marked", 0.7)
    assert change(ada, house.handbook, description="x")["refuse_below"] == 0.7
    assert change(ada, house.handbook, refuse_below=None)["refuse_below"] is None
    entries = ada.get("/api/v1/admin/audit", params={"limit": 10}).json()["items"]
    details = [entry["detail"] for entry in entries if entry["action"] == "knowledge_base.change"]
    assert {"checking": "strict → marked", "refuse_below": "0.5 → 0.7"} in details
    assert {"refuse_below": "0.7 → 0.5"} in details
    for wrong in ({"refuse_below": 1.1}, {"refuse_below": -0.1}, {"checking": "lax"}):
        assert ada.patch(f"{ADMIN}/{house.handbook}", json=wrong).status_code == 400


def test_a_question_is_answered_as_the_strictest_of_its_knowledge_bases_wants(
    house: House, ada: TestClient
) -> None:
    ask(ada, house.handbook)
    change(ada, house.handbook, checking="marked", refuse_below=0.3)
    ask(ada, house.handbook)
    ask(ada, house.handbook, house.board)
    change(ada, house.board, checking="marked", refuse_below=0.9)
    ask(ada, house.handbook, house.board)
    assert house.answers.policies == [
        Policy(),
        Policy(Checking.MARKED, 0.3),
        Policy(Checking.STRICT, 0.5),
        Policy(Checking.MARKED, 0.9),
    ]


def test_chat_completions_obey_the_same_policy(house: House, ada: TestClient) -> None:
    change(ada, house.handbook, checking="marked", refuse_below=0.3)
    body = {"model": "kb:Handbook", "messages": [{"role": "user", "content": "How long?"}]}
    ada.post("/v1/chat/completions", json=body)
    assert house.answers.policies == [Policy(Checking.MARKED, 0.3)]


def test_nobody_asked_is_the_usual_policy(house: House) -> None:
    library = house.platform.library
    assert library.policy(Scope(frozenset())) == Policy()
    assert library.policy(Scope(frozenset({KnowledgeBaseId("gone")}))) == Policy()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Leave is 40 days.", "Leave is 40 days. (not in the sources)"),
        ("年假为40天。", "年假为40天。（来源中没有依据）"),
    ],
)
def test_an_unsupported_sentence_carries_its_mark_in_words(text: str, shown: str) -> None:
    marked = SentenceOut(
        text=text,
        citations=[],
        verdict=Verdict.UNSUPPORTED,
        reason="The sources do not say this.",
        is_quote=False,
        starts_paragraph=False,
    )
    assert piece(marked, first=True) == shown


def test_the_page_has_words_in_each_language_for_every_reason_of_the_check() -> None:
    root = Path(__file__).parents[2]
    said = (root / "retrieval/answer/checking/support.py").read_text(encoding="utf-8")
    known = (root / "web/src/i18n/doubt.ts").read_text(encoding="utf-8")
    reasons = set(re.findall(r'"((?:The sources|It names|Only part)[^"]+\.)"', said))
    assert len(reasons) == 7
    assert reasons == set(re.findall(r'^  "([^"]+\.)":', known, re.MULTILINE))
