"""A source for some readers only: to the others its documents are not there, in no way at all."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, update

from app.people.accounts import AccountChange
from app.people.user import User
from app.platform import Platform
from app.tables import metadata
from retrieval.answers import Citation
from retrieval.indexes.index import Index
from retrieval.store.database import Database
from retrieval.tables import documents, sources
from retrieval.types import KnowledgeBaseId
from tests.app.conftest import MovableClock
from tests.app.furnished import NOW, House, furnish
from tests.app.visitors import events_of, signed_in

SECRET = "The merger is called Heron."
OPEN = "The cafeteria opens at eight."


@pytest.fixture
def database(either_database: Database) -> Database:
    metadata.create_all(either_database.engine)
    return either_database


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


@pytest.fixture
def source(house: House) -> str:
    with house.platform.database.write() as connection:
        connection.execute(
            insert(sources).values(
                id="deals",
                knowledge_base_id=house.handbook,
                kind="folder",
                location="/deals",
                created_at=NOW,
            )
        )
    return "deals"


@pytest.fixture
def secret(house: House, source: str) -> Citation:
    """In a source that only the group "Board" may read; eve is not in it."""
    cited = _from(house, source, "heron.md", SECRET)
    house.platform.source_readers.put(source, [house.board_group])
    return cited


@pytest.fixture
def shown(house: House) -> Citation:
    cited = house.add_document(house.handbook, "cafeteria.md", OPEN)
    _index(house.index, house.handbook)
    return cited


def _from(house: House, source: str, title: str, text: str) -> Citation:
    cited = house.add_document(house.handbook, title, text, text.encode())
    with house.platform.database.write() as connection:
        where = documents.c.id == cited.document
        connection.execute(update(documents).where(where).values(source_id=source))
    _index(house.index, house.handbook)
    return cited


def _index(index: Index, knowledge_base: str) -> None:
    base = KnowledgeBaseId(knowledge_base)
    lexical = index.lexical.open(base)
    missing = index.corpus.visible_ids(base) - lexical.ids()
    index.entries.fill_words(lexical, sorted(missing))


def _join(house: House, employee: User) -> None:
    change = AccountChange(group_ids=(house.board_group,))
    house.platform.accounts.change(employee.id, change, None)


def _search(client: TestClient, question: str, **more: object) -> list[str]:
    answer = client.post("/api/v1/search", json={"question": question, **more})
    return [passage["text"] for passage in answer.json()["passages"]]


def test_it_is_not_found_by_any_search(
    house: House, eve: TestClient, secret: Citation, shown: Citation
) -> None:
    assert _search(eve, "merger Heron cafeteria") == [OPEN]
    narrowed = {"knowledge_base_ids": [house.handbook]}
    assert _search(eve, "merger Heron", **narrowed) == []
    assert _search(signed_in(house.platform, "ada"), "merger Heron") == [SECRET]


def test_it_cannot_be_opened_or_downloaded(
    house: House, eve: TestClient, secret: Citation, employee: User
) -> None:
    paths = [f"/api/v1/documents/{secret.document}/{what}" for what in ("text", "original")]
    assert [eve.get(path).status_code for path in paths] == [404, 404]
    _join(house, employee)
    assert [eve.get(path).status_code for path in paths] == [200, 200]


def test_it_is_not_counted_and_does_not_date_its_knowledge_base(
    house: House, eve: TestClient, secret: Citation, shown: Citation
) -> None:
    later = NOW.replace(month=12)
    with house.platform.database.write() as connection:
        where = documents.c.id == secret.document
        connection.execute(update(documents).where(where).values(updated_at=later))

    [handbook] = eve.get("/api/v1/knowledge-bases").json()
    assert handbook["documents"] == 1
    assert handbook["updated_at"] == "2026-11-22T09:00:00Z"
    models = eve.get("/v1/models").json()["data"]
    assert {model["created"] for model in models} == {int(NOW.timestamp())}


def test_what_an_old_answer_quotes_of_it_is_withheld(
    house: House, eve: TestClient, secret: Citation, employee: User
) -> None:
    _join(house, employee)
    house.will_answer((SECRET, [secret]))
    events = dict(events_of(eve.post("/api/v1/answers", json={"question": "Which merger?"}).text))
    path = f"/api/v1/conversations/{json.loads(events['started'])['conversation_id']}"
    assert "Heron" in eve.get(path).text

    house.platform.accounts.change(employee.id, AccountChange(group_ids=()), None)
    assert "Heron" not in eve.get(path).text


@pytest.mark.parametrize("model", ["colophon", "kb:Handbook"])
def test_every_way_of_asking_hands_on_what_is_withheld(
    house: House, eve: TestClient, secret: Citation, model: str
) -> None:
    house.will_answer((OPEN, []))
    eve.post("/api/v1/answers", json={"question": "Which merger?"})
    eve.post(
        "/api/v1/answers",
        json={"question": "Which merger?", "knowledge_base_ids": [house.handbook]},
    )
    message = {"role": "user", "content": "Which merger?"}
    eve.post("/v1/chat/completions", json={"model": model, "messages": [message]})

    withheld = [scope.withheld_sources for _, _, scope in house.answers.asked]
    assert withheld == [frozenset({"deals"})] * 3


def test_its_readers_are_named_anew_at_any_time(
    house: House, eve: TestClient, secret: Citation, source: str
) -> None:
    ada = signed_in(house.platform, "ada")
    path = f"/api/v1/admin/sources/{source}"
    changed = ada.patch(path, json={"reader_group_ids": ["everyone"]}).json()
    assert changed["readers"] == [{"id": "everyone", "name": "Everyone"}]
    assert _search(eve, "merger") == [SECRET]

    ada.patch(path, json={"reader_group_ids": [house.board_group]})
    assert _search(eve, "merger") == []

    assert not ada.patch(path, json={"reader_group_ids": []}).json()["restricted"]
    assert _search(eve, "merger") == [SECRET]


def test_a_deleted_group_leaves_it_to_administrators(
    house: House, eve: TestClient, secret: Citation, source: str
) -> None:
    ada = signed_in(house.platform, "ada")
    ada.delete(f"/api/v1/admin/groups/{house.board_group}")

    [shown] = ada.get(f"/api/v1/admin/knowledge-bases/{house.handbook}/sources").json()
    assert (shown["readers"], shown["restricted"]) == ([], True)
    assert _search(eve, "merger") == []
    assert _search(ada, "merger") == [SECRET]


def test_documents_that_a_rollback_brings_back_stay_withheld_when_their_source_was_removed(
    house: House, eve: TestClient, secret: Citation, source: str
) -> None:
    house.platform.sources.remove(source)
    with house.platform.database.write() as connection:
        values = {"deleted_at": None, "state": "searchable"}
        connection.execute(update(documents).values(**values))

    path = f"/api/v1/documents/{secret.document}/text"
    assert eve.get(path).status_code == 404
    assert signed_in(house.platform, "ada").get(path).status_code == 200


def test_what_is_withheld_is_no_ghost_of_the_index(
    house: House, secret: Citation, shown: Citation, employee: User
) -> None:
    """A ghost is swept; sweeping at each question of some people would be a burden to all."""
    ghosts: list[object] = []
    searcher = replace(house.platform.searcher, on_ghosts=lambda _base, found: ghosts.append(found))
    scope = house.platform.access.scope_of(employee)
    assert [p.chunk.id for p in searcher.find("merger cafeteria", scope, limit=5).passages] == [
        shown.chunk
    ]
    assert ghosts == []
