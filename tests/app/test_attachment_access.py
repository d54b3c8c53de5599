"""What an attached file says reaches its owner and nobody else, by no route and in no index."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import LargeBinary, Text, cast, select

from app.people.user import User
from app.platform import Platform
from app.tables import attachments, metadata
from retrieval.store.database import Database
from tests.app.asking_files import CANARY, LETTER, QUESTION, answering, asked
from tests.app.attached import FILES, attach
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import signed_in
from tests.fakes import WordsEmbedder


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Database:
    """SQLite, unless the test asks for both."""
    opened: Database = request.getfixturevalue(getattr(request, "param", "sqlite"))
    metadata.create_all(opened.engine)
    return opened


on_both = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return answering(furnish(platform, clock, tmp_path, admin))


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


@on_both
def test_it_is_cited_like_any_other_source(eve: TestClient) -> None:
    read = attach(eve, "lease.md", LETTER)

    events = asked(eve, attachment_ids=[read["id"]], knowledge_base_ids=[])

    answer = events["finished"]["answer"]
    assert answer["outcome"] == "quoted"
    cited = answer["citations"][0]
    assert (cited["source_kind"], cited["document_id"]) == ("attachment", read["id"])
    assert (cited["document_title"], cited["filename"]) == ("Lease", "lease.md")
    assert CANARY in cited["quote"]
    blocks = eve.get(f"{FILES}/{read['id']}/text").json()["blocks"]
    first, last = cited["first_block"], cited["last_block"]
    assert CANARY in " ".join(block["text"] for block in blocks[first : last + 1])
    conversation = events["started"]["conversation_id"]
    stored = eve.get(f"/api/v1/conversations/{conversation}").json()
    assert stored["turns"][0]["answer"] == answer


def test_a_passage_is_read_with_its_neighbours_of_the_same_file(eve: TestClient) -> None:
    lifts = [f"Lift {n} of the house is painted. " * 30 for n in range(20)]
    lifts[10] = f"The deposit of the bungalow is {CANARY} crowns. " * 20
    text = "# Lease\n\n## All of it\n\n" + "\n\n".join(lifts)
    read = attach(eve, "lease.md", text)
    answer = asked(eve, attachment_ids=[read["id"]], knowledge_base_ids=[])["finished"]["answer"]
    assert answer["context"]["widened"] >= 1
    assert answer["outcome"] == "quoted"


def test_a_follow_up_searches_it_and_another_conversation_does_not(eve: TestClient) -> None:
    read = attach(eve, "lease.md", LETTER)
    conversation = asked(eve, attachment_ids=[read["id"]])["started"]["conversation_id"]
    assert CANARY in json.dumps(asked(eve, conversation_id=conversation)["finished"])
    assert CANARY not in json.dumps(asked(eve))


def test_nobody_else_sees_a_byte_of_it(
    eve: TestClient, house: House, make_user: Callable[..., User]
) -> None:
    make_user("mia")
    read = attach(eve, "lease.md", LETTER)
    events = asked(eve, attachment_ids=[read["id"]])
    turn, conversation = events["started"]["turn_id"], events["started"]["conversation_id"]
    eve.put(f"/api/v1/turns/{turn}/feedback", json={"feedback": "down", "reason": "wrong"})
    base = f"knowledge-bases/{house.handbook}"
    pages = ("audit", "jobs", "users", base, f"{base}/documents")
    for other in ("ada", "mia"):
        client = signed_in(house.platform, other)
        for path in (f"{FILES}/{read['id']}", f"{FILES}/{read['id']}/text"):
            assert client.get(path).status_code == 404
        assert client.delete(f"{FILES}/{read['id']}").status_code == 404
        assert client.get(FILES).json() == []
        listed = client.get(FILES, params={"conversation_id": conversation})
        assert listed.status_code == 404
        borrowed = {"question": QUESTION, "attachment_ids": [read["id"]]}
        assert client.post("/api/v1/answers", json=borrowed).status_code == 404
        shown = [
            asked(client),
            client.post("/api/v1/search", json={"question": QUESTION}).json(),
            client.get("/api/v1/conversations").json(),
            *(client.get(f"/api/v1/admin/{page}").json() for page in pages),
        ]
        assert CANARY not in json.dumps(shown)
        assert "lease.md" not in json.dumps(shown)
    assert eve.get(f"{FILES}/{read['id']}").status_code == 200


def test_no_index_and_no_table_of_the_corpus_holds_it(eve: TestClient, house: House) -> None:
    read = attach(eve, "lease.md", LETTER)
    asked(eve, attachment_ids=[read["id"]])
    with house.platform.database.read() as connection:
        held = [
            table.name
            for table in metadata.sorted_tables
            for column in table.columns
            if not isinstance(column.type, LargeBinary)
            and any(
                CANARY in str(value) for value in connection.scalars(select(cast(column, Text)))
            )
        ]
        embedded = connection.scalars(select(metadata.tables["vectors"].c.text_sha256)).all()
    assert set(held) == {"attachments", "turns"}
    assert embedded == []
    for base in (house.handbook, house.board):
        assert house.index.lexical.open(base).ids() == frozenset()
        assert house.index.dense.open(base, WordsEmbedder().identity).ids() == frozenset()
    assert list(house.platform.blobs.names()) == []


@on_both
def test_removing_it_takes_its_words_out_of_the_answers(eve: TestClient, house: House) -> None:
    read = attach(eve, "lease.md", LETTER)
    conversation = asked(eve, attachment_ids=[read["id"]])["started"]["conversation_id"]
    assert eve.delete(f"{FILES}/{read['id']}").status_code == 204
    assert CANARY not in eve.get(f"/api/v1/conversations/{conversation}").text
    with house.platform.database.read() as connection:
        assert connection.scalars(select(attachments.c.id)).all() == []
        turns = connection.scalars(select(cast(metadata.tables["turns"].c.answer, Text))).all()
    assert CANARY not in " ".join(map(str, turns))
