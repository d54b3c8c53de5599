"""Golden questions and re-indexing over HTTP, and the files that questions are read from."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.cli.quality import read_questions
from app.cli.verifying import asked_again
from app.library.golden_view import GoldenView
from app.people.user import User
from app.platform import Platform
from app.tokens import new_id
from ingestion.chunking import Chunker
from ingestion.embedding import MissingVectors
from ingestion.jobs import Jobs
from ingestion.making import Maker
from ingestion.quality.golden import GoldenQuestions
from ingestion.reindex.starting import Reindexing
from ingestion.reindex.wanted import WantedIndex
from ingestion.tokens import EstimatedTokens
from retrieval.errors import Invalid
from retrieval.tables import knowledge_bases
from retrieval.types import KnowledgeBaseId
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import signed_in
from tests.fakes import WordsEmbedder

ADMIN = "/api/v1/admin"
LEAVE = {"question": "How much leave?", "filename": "leave.html", "phrase": "26 days"}


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    furnished = furnish(platform, clock, tmp_path, admin)
    live, embedder = furnished.platform, WordsEmbedder()
    searcher = replace(live.searcher, embedder=embedder)
    maker = Maker(Chunker(EstimatedTokens()), MissingVectors(furnished.index.vectors, embedder))
    jobs = Jobs(live.database, clock)
    furnished.platform = replace(
        live,
        golden=GoldenView(live.database, live.audit, clock, new_id),
        golden_asking=GoldenQuestions(live.database, searcher, new_id, clock),
        reindexing=Reindexing(jobs, furnished.work, WantedIndex(maker), new_id),
    )
    return furnished


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


def of(house: House, what: str) -> str:
    return f"{ADMIN}/knowledge-bases/{house.handbook}/{what}"


def audited(ada: TestClient) -> set[str]:
    entries = ada.get(f"{ADMIN}/audit", params={"limit": 100}).json()["items"]
    return {entry["action"] for entry in entries}


def test_questions_are_kept_asked_and_forgotten(
    house: House, ada: TestClient, clock: MovableClock
) -> None:
    house.add_document(house.handbook, "leave.html", "Everybody has 26 days of leave.")
    house.index.sync(KnowledgeBaseId(house.handbook))
    assert ada.post(of(house, "golden-questions"), json=LEAVE).status_code == 201
    clock.move(seconds=1)
    more = [{"question": "Who is the chief?", "phrase": "the chief is"}]
    imported = ada.post(of(house, "golden-questions/import"), json={"questions": more})
    assert [question["rank"] for question in imported.json()] == [None]

    run = ada.post(of(house, "golden-runs"))
    assert run.status_code == 201
    assert {key: run.json()[key] for key in ("questions", "recall", "reason")} == {
        "questions": 2,
        "recall": 0.5,
        "reason": "manual",
    }
    listed = ada.get(of(house, "golden-questions")).json()
    assert [(question["question"], question["rank"]) for question in listed] == [
        ("How much leave?", 1),
        ("Who is the chief?", None),
    ]
    assert ada.delete(f"{ADMIN}/golden-questions/{listed[1]['id']}").status_code == 204
    assert len(ada.get(of(house, "golden-questions")).json()) == 1
    assert len(ada.get(of(house, "golden-runs")).json()) == 1
    done = {"golden_question.add", "golden_question.run", "golden_question.delete"}
    assert done <= audited(ada)


def test_a_question_that_must_be_refused_has_no_place_and_no_rank(
    house: House, ada: TestClient
) -> None:
    refused = {"question": "Who won the cup?", "unanswerable": True}
    made = ada.post(of(house, "golden-questions"), json=refused)
    assert made.status_code == 201
    assert made.json()["unanswerable"] is True
    assert ada.post(of(house, "golden-questions"), json={**LEAVE, **refused}).status_code == 400
    assert ada.post(of(house, "golden-runs")).status_code == 409  # nothing has a right place
    house.add_document(house.handbook, "leave.html", "Everybody has 26 days of leave.")
    house.index.sync(KnowledgeBaseId(house.handbook))
    ada.post(of(house, "golden-questions"), json=LEAVE)
    assert ada.post(of(house, "golden-runs")).json()["questions"] == 1


def test_two_runs_can_be_compared_question_by_question(house: House, ada: TestClient) -> None:
    house.add_document(house.handbook, "leave.html", "Everybody has 26 days of leave.")
    house.index.sync(KnowledgeBaseId(house.handbook))
    question = ada.post(of(house, "golden-questions"), json=LEAVE).json()
    way = {"order": "keywords", "candidates": 20}
    run = ada.post(of(house, "golden-runs"), params=way).json()
    assert run["configuration"] == "keywords candidates=20"
    assert run["milliseconds"] > 0
    listed = ada.get(of(house, "golden-questions")).json()
    assert [each["rank"] for each in listed] == [None]  # as people are answered: not asked yet
    detail = ada.get(f"{ADMIN}/golden-runs/{run['id']}").json()
    assert [(result["question"], result["rank"]) for result in detail["results"]] == [
        ("How much leave?", 1)
    ]
    ada.delete(f"{ADMIN}/golden-questions/{question['id']}")
    assert ada.get(f"{ADMIN}/golden-runs/{run['id']}").json()["results"] == []
    assert ada.get(f"{ADMIN}/golden-runs/nothing").status_code == 404
    assert ada.post(of(house, "golden-runs"), params={"order": "luck"}).status_code == 400


def test_what_makes_no_sense_is_refused_and_nothing_of_it_is_kept(
    house: House, ada: TestClient
) -> None:
    placeless = {"question": "Where?"}
    for body in ([LEAVE, placeless], [placeless]):
        assert (
            ada.post(of(house, "golden-questions/import"), json={"questions": body}).status_code
            == 400
        )
    assert ada.post(of(house, "golden-questions"), json=placeless).status_code == 400
    assert ada.get(of(house, "golden-questions")).json() == []
    assert ada.post(of(house, "golden-runs")).status_code == 409
    assert ada.delete(f"{ADMIN}/golden-questions/nothing").status_code == 404
    nowhere = f"{ADMIN}/knowledge-bases/nothing"
    for path in ("golden-questions", "golden-runs"):
        assert ada.get(f"{nowhere}/{path}").status_code == 404
        assert ada.post(f"{nowhere}/{path}", json=LEAVE).status_code == 404


@pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")
def test_a_restored_backup_is_asked_as_such(
    house: House, ada: TestClient, clock: MovableClock
) -> None:
    house.add_document(house.handbook, "leave.html", "Everybody has 26 days of leave.")
    house.index.sync(KnowledgeBaseId(house.handbook))
    base = {"id": house.handbook, "name": "Handbook"}
    ada.base_url = ada.base_url.join("/api/v1")  # as the command line's client has it
    assert asked_again(ada, base) is None
    ada.post(f"/admin/knowledge-bases/{house.handbook}/golden-questions", json=LEAVE)
    first = {"knowledge_base": "Handbook", "recall_before": None, "recall": 1.0}
    assert asked_again(ada, base) == first
    clock.move(seconds=1)
    assert asked_again(ada, base) == {**first, "recall_before": 1.0}
    url = f"/admin/knowledge-bases/{house.handbook}/golden-runs"
    assert [run["reason"] for run in ada.get(url).json()] == ["restore", "restore"]
    assert ada.post(url, params={"reason": "nightly"}).status_code == 400


def test_golden_questions_are_the_admins_own(house: House, ada: TestClient, employee: User) -> None:
    eve = signed_in(house.platform, "eve")
    assert eve.get(of(house, "golden-questions")).status_code == 403
    assert eve.post(of(house, "golden-runs")).status_code == 403
    assert eve.post(of(house, "reindex")).status_code == 403


def test_a_reindex_is_a_job_that_is_started_once(house: House, ada: TestClient) -> None:
    assert ada.post(of(house, "reindex")).status_code == 409  # nothing was committed yet
    house.add_document(house.handbook, "leave.html", "Everybody has 26 days of leave.")
    live = {"embedder": "old|1|mean|float32|||64", "chunker": "old"}
    with house.platform.database.write() as connection:
        this = knowledge_bases.c.id == house.handbook
        connection.execute(update(knowledge_bases).where(this).values(**live))
    started = ada.post(of(house, "reindex"))
    assert started.status_code == 202
    assert (started.json()["kind"], started.json()["state"]) == ("reindex", "queued")
    assert ada.post(of(house, "reindex")).json()["id"] == started.json()["id"]
    assert len(house.work.started) == 1
    assert "knowledge_base.reindex" in audited(ada)
    assert ada.post(f"{ADMIN}/knowledge-bases/nothing/reindex").status_code == 404


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q.tsv", "question\tfilename\tphrase\nHow much?\tleave.html\t\n\nWhen?\t\tat noon\n"),
        ("q.tsv", "How much?\tleave.html\nWhen?\t\tat noon"),
        (
            "q.jsonl",
            '{"question": "How much?", "filename": "leave.html"}\n\n'
            '{"question": "When?", "phrase": "at noon"}\n',
        ),
    ],
)
def test_questions_are_read_from_files(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8-sig")
    assert read_questions(file) == [
        {"question": "How much?", "filename": "leave.html", "phrase": None},
        {"question": "When?", "filename": None, "phrase": "at noon"},
    ]


@pytest.mark.parametrize(
    ("text", "words"), [("{", "Line 1 .* is not JSON"), ("[1]", "is not a JSON object")]
)
def test_a_file_that_is_no_questions_is_told(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(text)
    with pytest.raises(Invalid, match=words):
        read_questions(file)
    with pytest.raises(Invalid, match="cannot be read"):
        read_questions(tmp_path / "nothing.tsv")
