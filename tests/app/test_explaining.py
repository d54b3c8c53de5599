"""The page that explains: a question replayed by the code that answers, stage by stage."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.answers.answer_runs import AnswerRuns
from app.answers.chances import AnswerChances
from app.answers.explaining import Explaining
from app.people.user import User
from app.platform import Platform
from app.tokens import new_id
from retrieval.answer.answerer import Answerer
from retrieval.types import KnowledgeBaseId, Scope
from tests.app.attached import FILES, attach
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import events_of, signed_in
from tests.fakes import EchoGenerator, WordsEmbedder

EXPLAIN = "/api/v1/admin/explain"
LEAVE = "Every employee has 30 days of annual leave a year."
QUESTION = "How many days of annual leave does an employee have?"


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    furnished = furnish(platform, clock, tmp_path, admin)
    live = furnished.platform
    model = EchoGenerator(f"{LEAVE} [1] The boss is called Bob.")
    answerer = Answerer(live.searcher, model, WordsEmbedder(away=True))
    explaining = Explaining(
        live.library,
        live.conversations,
        live.turns,
        furnished.files.of_questions,
        answerer,
        AnswerRuns(2),
        new_id,
        clock.seconds,
    )
    furnished.platform = replace(live, explaining=explaining)
    return furnished


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


def explained(client: TestClient, **more: object) -> dict:
    response = client.post(EXPLAIN, json={"question": QUESTION, **more})
    assert response.status_code == 200, response.text
    return response.json()


def test_every_stage_says_what_it_found_scored_and_let_go(house: House, ada: TestClient) -> None:
    leave = house.add_document(house.handbook, "leave.md", LEAVE)
    house.add_document(house.handbook, "sick.md", "An employee who is ill tells the office.")
    house.add_document(house.board, "board.md", "The board meets on the last day of May.")
    for base in (house.handbook, house.board):
        house.index.sync(KnowledgeBaseId(base))

    told = explained(ada)

    search = told["searches"][0]
    assert search["question"] == QUESTION
    assert {"day", "annual", "leav"} <= set(search["terms"])
    first = search["passages"][0]
    assert first["passage"]["document_id"] == leave.document
    assert {"day", "annual", "leav", "employe"} <= set(first["terms"])
    assert (first["ranks"]["bm25"], first["ranks"]["dense"], first["ranks"]["final"]) == (
        1,
        None,
        1,
    )
    assert first["passage"]["scores"]["bm25"] > 0
    assert (first["read"], first["given"], first["cited"]) == (True, True, [1])
    assert search["considered"] == len(search["passages"]) == 3
    assert {stage["stage"] for stage in search["seconds"]} >= {"keywords", "meaning", "rerank"}
    assert {stage["stage"] for stage in told["seconds"]} >= {"searching", "reading"}
    assert 0 < told["decision"]["refuse_below"] <= told["decision"]["answerable"] < 1
    verdicts = [sentence["verdict"] for sentence in told["answer"]["sentences"]]
    assert verdicts == ["supported", "withheld"]
    assert told["drafted"] == []
    assert "Bob" not in str(told)  # what is withheld is not shown here either


def test_quotes_are_explained_by_what_was_drafted_before_them(house: House) -> None:
    house.add_document(house.handbook, "leave.md", LEAVE)
    house.index.sync(KnowledgeBaseId(house.handbook))
    was = house.platform.explaining
    inventing = replace(was.answerer, generator=EchoGenerator("The boss is called Bob [1]."))
    house.platform = replace(house.platform, explaining=replace(was, answerer=inventing))
    told = explained(signed_in(house.platform, "ada"))
    assert told["answer"]["outcome"] == "quoted"
    [drafted] = told["drafted"]
    assert (drafted["verdict"], drafted["text"]) == ("withheld", "")
    assert "sources do not" in drafted["reason"]
    assert "Bob" not in str(told)


def test_the_chance_of_a_golden_question_is_that_of_its_answer(
    house: House, ada: TestClient
) -> None:
    house.add_document(house.handbook, "leave.md", LEAVE)
    house.index.sync(KnowledgeBaseId(house.handbook))
    chances = AnswerChances(house.platform.explaining.answerer)
    scope = Scope(frozenset({KnowledgeBaseId(house.handbook)}))
    chance = chances.of(QUESTION, scope)
    assert chance == explained(ada, knowledge_base_ids=[house.handbook])["decision"]["answerable"]
    assert chances.of("Who won the cup?", scope) < chance


def test_it_searches_what_was_chosen_and_keeps_nothing(house: House, ada: TestClient) -> None:
    house.add_document(house.handbook, "leave.md", LEAVE)
    house.index.sync(KnowledgeBaseId(house.handbook))

    told = explained(ada, knowledge_base_ids=[house.board])

    assert told["searches"][0]["passages"] == []
    assert told["answer"]["outcome"] == "not_found"
    assert ada.get("/api/v1/conversations").json()["total"] == 0
    missing = {"question": QUESTION, "knowledge_base_ids": ["nothing"]}
    assert ada.post(EXPLAIN, json=missing).status_code == 404
    assert ada.post(EXPLAIN, json={"question": "  "}).status_code == 400


def test_the_files_of_ones_own_conversation_are_replayed_as_long_as_they_are_there(
    house: House, ada: TestClient, employee: User
) -> None:
    read = attach(ada, "rules.md", "# Rules\n\n" + LEAVE)
    asked = {"question": QUESTION, "attachment_ids": [read["id"]]}
    events = dict(events_of(ada.post("/api/v1/answers", json=asked).text))
    own = json.loads(events["started"])["conversation_id"]

    assert explained(ada)["files"] is None
    told = explained(ada, conversation_id=own)
    assert told["files"] == ["rules.md"]
    assert told["answer"]["citations"][0]["source_kind"] == "attachment"
    assert told["searches"][0]["passages"][0]["cited"] == [1]

    ada.delete(f"{FILES}/{read['id']}")
    told = explained(ada, conversation_id=own)
    assert (told["files"], told["answer"]["outcome"]) == ([], "not_found")
    without = dict(events_of(ada.post("/api/v1/answers", json={"question": QUESTION}).text))
    told = explained(ada, conversation_id=json.loads(without["started"])["conversation_id"])
    assert told["files"] is None
    anothers = house.platform.conversations.start(employee.id, QUESTION).id
    refused = {"question": QUESTION, "conversation_id": anothers}
    assert ada.post(EXPLAIN, json=refused).status_code == 404


def test_only_administrators_replay_and_not_endlessly_many_at_once(
    house: House, ada: TestClient, employee: User
) -> None:
    eve = signed_in(house.platform, "eve")
    assert eve.post(EXPLAIN, json={"question": QUESTION}).status_code == 403
    runs = house.platform.explaining.runs
    taken = [runs.enter(name, house.ada.id) for name in ("one", "two")]
    assert ada.post(EXPLAIN, json={"question": QUESTION}).status_code == 429
    for run in taken:
        runs.leave(run)
    assert explained(ada)["answer"]["outcome"] == "not_found"
    assert runs.running == {}
