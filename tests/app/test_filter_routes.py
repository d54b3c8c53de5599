"""What one can filter by, and what filters leave: through the routes, on both databases."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, update

from app.library.facets import source_name
from app.people.user import User
from app.platform import Platform
from app.tables import metadata
from retrieval.store.database import Database
from retrieval.tables import document_tags, documents, sources, versions
from retrieval.types import KnowledgeBaseId
from tests.app.conftest import MovableClock
from tests.app.furnished import NOW, House, furnish
from tests.app.visitors import signed_in

RULE = "The rule of travel says how long."
TRAVEL = {"question": "rule of travel"}


@pytest.fixture
def database(either_database: Database) -> Database:
    metadata.create_all(either_database.engine)
    return either_database


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    """In the handbook a German PDF and an English page, of a source; a secret on the board."""
    house = furnish(platform, clock, tmp_path, admin)
    with house.platform.database.write() as connection:
        for name, base in (("rules", house.handbook), ("deals", house.handbook)):
            values = {"id": name, "knowledge_base_id": base, "kind": "folder", "created_at": NOW}
            connection.execute(insert(sources).values(location=f"/srv/a secret/{name}", **values))
    _add(house, house.handbook, "de.pdf", "application/pdf", "de", None)
    _add(house, house.handbook, "en.html", "text/html", "en", "rules")
    _add(house, house.handbook, "deal.html", "text/html", "fr", "deals")
    _add(house, house.board, "board.msg", "message/rfc822", "ja", None)
    house.platform.source_readers.put("deals", [house.board_group])
    return house


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


def _add(
    house: House, base: str, name: str, media_type: str, language: str, source: str | None
) -> None:
    cited = house.add_document(base, name, f"{RULE} {name}", name.encode())
    with house.platform.database.write() as connection:
        of_version = versions.c.document_id == cited.document
        said = {"media_type": media_type, "language": language}
        connection.execute(update(versions).where(of_version).values(**said))
        of_document = documents.c.id == cited.document
        connection.execute(update(documents).where(of_document).values(source_id=source))
        tag = {"document_id": cited.document, "tag": f"about {name}"}
        connection.execute(insert(document_tags).values(**tag))
    words = house.index.lexical.open(KnowledgeBaseId(base))
    house.index.entries.fill_words(words, [cited.chunk])


def _found(client: TestClient, **filters: object) -> list[str]:
    reply = client.post("/api/v1/search", json=TRAVEL | {"filters": filters})
    assert reply.status_code == 200, reply.text
    return sorted(passage["document_title"] for passage in reply.json()["passages"])


def _ids(client: TestClient, house: House) -> dict[str, str]:
    listed = client.get(f"/api/v1/admin/knowledge-bases/{house.handbook}/documents").json()
    return {document["title"]: document["id"] for document in listed["items"]}


def test_facets_count_what_one_may_read_and_name_nothing_else(eve: TestClient) -> None:
    reply = eve.get("/api/v1/filters")
    assert reply.json() == {
        "sources": [{"id": "rules", "name": "rules", "documents": 1}],
        "kinds": [{"value": "pdf", "documents": 1}, {"value": "web", "documents": 1}],
        "tags": [
            {"value": "about de.pdf", "documents": 1},
            {"value": "about en.html", "documents": 1},
        ],
        "languages": [{"value": "de", "documents": 1}, {"value": "en", "documents": 1}],
    }
    for hidden in ("deal", "board", "secret", "fr", "ja", "mail"):
        assert hidden not in reply.text


def test_facets_of_a_knowledge_base_that_one_may_not_read_are_not_there(
    eve: TestClient, ada: TestClient, house: House
) -> None:
    of_board = f"/api/v1/filters?knowledge_base_id={house.board}"
    assert (
        eve.get(of_board).status_code
        == eve.get("/api/v1/filters?knowledge_base_id=x").status_code
        == 404
    )
    assert ada.get(of_board).json()["kinds"] == [{"value": "mail", "documents": 1}]


def test_each_filter_leaves_its_documents(eve: TestClient) -> None:
    assert _found(eve) == ["de.pdf", "en.html"]
    assert _found(eve, kinds=["pdf"]) == ["de.pdf"]
    assert _found(eve, kinds=["web", "mail"]) == ["en.html"]
    assert _found(eve, languages=["de", "ja"]) == ["de.pdf"]
    assert _found(eve, tags=["about en.html"]) == ["en.html"]
    assert _found(eve, source_ids=["rules"]) == ["en.html"]
    assert _found(eve, kinds=["pdf"], languages=["en"]) == []
    today = NOW.date().isoformat()
    assert _found(eve, since=today, until=today) == ["de.pdf", "en.html"]
    assert _found(eve, until="2026-11-21") == _found(eve, since="2026-11-23") == []


def test_a_source_for_others_is_as_one_that_is_not_there(eve: TestClient, ada: TestClient) -> None:
    assert _found(eve, source_ids=["deals"]) == _found(eve, source_ids=["no such"]) == []
    assert _found(eve, tags=["about deal.html"]) == _found(eve, languages=["fr"]) == []
    assert _found(ada, source_ids=["deals"]) == ["deal.html"]


@pytest.mark.parametrize(
    "filters",
    [
        {"kinds": ["novel"]},
        {"languages": ["xx"]},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"since": "yesterday"},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_in_a_sentence(
    eve: TestClient, filters: dict[str, object]
) -> None:
    for route in ("search", "answers"):
        reply = eve.post(f"/api/v1/{route}", json=TRAVEL | {"filters": filters})
        assert reply.status_code == 400
        assert reply.json()["message"].endswith(".")


def test_filters_reach_the_answerer_from_both_interfaces(eve: TestClient, house: House) -> None:
    house.will_answer()
    eve.post("/api/v1/answers", json=TRAVEL | {"filters": {"tags": ["about de.pdf"]}})
    body = {"model": "colophon", "messages": [{"role": "user", "content": "rule of travel"}]}
    eve.post("/v1/chat/completions", json=body | {"colophon": {"filters": {"kinds": ["pdf"]}}})
    asked = [scope.filters for _, _, scope in house.answers.asked]
    assert [sorted(one.tags) + sorted(one.kinds) for one in asked] == [["about de.pdf"], ["pdf"]]


def test_tags_are_given_to_many_and_taken_again(ada: TestClient, house: House) -> None:
    ids = _ids(ada, house)
    many = [ids["de.pdf"], ids["en.html"]]
    body = {"document_ids": many, "add": ["  HR   rules", "HR rules"], "remove": ["about de.pdf"]}
    assert ada.post("/api/v1/admin/documents/tags", json=body).status_code == 204
    assert ada.get(f"/api/v1/admin/documents/{many[0]}").json()["tags"] == ["HR rules"]
    listed = f"/api/v1/admin/knowledge-bases/{house.handbook}/documents?tag=HR rules"
    assert ada.get(listed).json()["total"] == 2
    entries = ada.get("/api/v1/admin/audit?action=document.tag").json()["items"]
    assert {entry["target"] for entry in entries} == {"de.pdf", "en.html"}
    body = {"document_ids": many, "remove": ["HR rules"]}
    assert ada.post("/api/v1/admin/documents/tags", json=body).status_code == 204
    assert ada.get(listed).json()["total"] == 0


@pytest.mark.parametrize("tag", ["   ", "a,b", "line\nbreak\u0000", "x" * 61])
def test_what_is_no_tag_is_refused(ada: TestClient, house: House, tag: str) -> None:
    body = {"document_ids": [*_ids(ada, house).values()], "add": [tag]}
    assert ada.post("/api/v1/admin/documents/tags", json=body).status_code in {400, 422}


def test_too_many_tags_and_a_document_that_is_not_there_change_nothing(
    ada: TestClient, house: House
) -> None:
    ids = _ids(ada, house)
    twenty = {"document_ids": [*ids.values()], "add": [f"tag {n}" for n in range(20)]}
    assert ada.post("/api/v1/admin/documents/tags", json=twenty).status_code == 400
    unknown = {"document_ids": [ids["de.pdf"], "no such"], "add": ["new"]}
    assert ada.post("/api/v1/admin/documents/tags", json=unknown).status_code == 404
    assert ada.get(f"/api/v1/admin/documents/{ids['de.pdf']}").json()["tags"] == ["about de.pdf"]


def test_only_administrators_tag(eve: TestClient) -> None:
    body = {"document_ids": ["x"], "add": ["mine"]}
    assert eve.post("/api/v1/admin/documents/tags", json=body).status_code == 403


def test_a_purged_document_takes_its_tags_along(ada: TestClient, house: House) -> None:
    purged = _ids(ada, house)["de.pdf"]
    assert ada.post(f"/api/v1/admin/documents/{purged}/purge").status_code == 200
    with house.platform.database.read() as connection:
        left = {row.tag for row in connection.execute(document_tags.select())}
    assert "about de.pdf" not in left


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("/srv/share/HR rules/", "HR rules"),
        ("https://intranet.example/wiki/handbook", "handbook"),
        ("https://www.example.com", "www.example.com"),
        ("s3://bucket", "bucket"),
    ],
)
def test_a_source_is_named_by_the_end_of_where_it_is(location: str, name: str) -> None:
    assert source_name(location) == name
