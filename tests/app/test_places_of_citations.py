"""The page, lines and boxes of a citation on their way to people and programs."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.answers.reader_links import reader_link
from app.people.user import User
from app.platform import Platform
from app.shapes.asking import CitationOut
from retrieval.types import Box
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import events_of, signed_in

BOX = Box(12, 50.0, 100.5, 300.0, 109.5, 0, 17)
PLACE = {"page": 12, "boxes": (BOX,), "first_line": 4, "last_line": 6}
SHOWN = {
    "page": 12,
    "boxes": [{"page": 12, "left": 50, "top": 100.5, "right": 300, "bottom": 109.5}],
    "first_line": 4,
    "last_line": 6,
}


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    furnished = furnish(platform, clock, tmp_path, admin)
    leave = furnished.add_document(furnished.handbook, "leave.pdf", "Leave is 30 days.")
    furnished.will_answer(("Leave is 30 days.", [replace(leave, **PLACE)]))
    return furnished


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


def shown(citation: dict) -> dict:
    boxes = [{name: box[name] for name in SHOWN["boxes"][0]} for box in citation["boxes"]]
    return {name: citation[name] for name in SHOWN} | {"boxes": boxes}


def test_they_come_with_the_answer_and_are_there_again_after_a_reload(eve: TestClient) -> None:
    events = dict(events_of(eve.post("/api/v1/answers", json={"question": "How long?"}).text))
    conversation = json.loads(events["started"])["conversation_id"]
    stored = eve.get(f"/api/v1/conversations/{conversation}").json()["turns"][0]["answer"]

    assert shown(json.loads(events["sentence"])["citations"][0]) == SHOWN
    assert shown(stored["citations"][0]) == SHOWN


@pytest.mark.parametrize("public_url", [None, "https://ask.example.com/"])
def test_an_openai_client_gets_them_with_a_link_that_opens_the_reader(
    house: House, employee: User, public_url: str | None
) -> None:
    settings = house.platform.settings
    plain = {"public_url": public_url, "secure_cookies": False}
    server = settings.server.model_copy(update=plain)
    settings = settings.model_copy(update={"server": server})
    eve = signed_in(replace(house.platform, settings=settings), "eve")
    messages = [{"role": "user", "content": "How long?"}]

    answer = eve.post("/v1/chat/completions", json={"model": "colophon", "messages": messages})

    (citation,) = answer.json()["choices"][0]["message"]["colophon"]["citations"]
    assert shown(citation) == SHOWN
    url = urlsplit(citation["url"])
    assert f"{url.scheme}://{url.netloc}/" == (public_url or str(eve.base_url) + "/")
    assert url.path == f"/documents/{citation['document_id']}"
    assert parse_qs(url.query) == {"block": ["0"], "to": ["0"], "quote": ["Leave is 30 days."]}


def a_citation(house: House, **changed: object) -> CitationOut:
    cited = house.add_document(house.handbook, "a.pdf", "Words")
    plain = {
        "number": 1,
        "chunk_id": cited.chunk,
        "knowledge_base_id": house.handbook,
        "document_id": cited.document,
        "document_title": "A",
        "filename": "a.pdf",
        "version_number": 1,
        "page": None,
        "headings": [],
        "quote": "Words",
        "first_block": 3,
        "last_block": 4,
        "updated_at": cited.updated_at,
        "scores": {"bm25": None, "dense": None, "fused": 0.0, "rerank": None},
        "boxes": [],
        "first_line": None,
        "last_line": None,
    }
    return CitationOut.model_validate(plain | changed)


@pytest.mark.parametrize(
    ("quote", "parameter"), [("26", '"26"'), ("第三条", "第三条"), ("a" * 300, "a" * 200)]
)
def test_a_link_says_its_words_so_that_the_page_reads_them_as_words(
    house: House, quote: str, parameter: str
) -> None:
    link = reader_link("http://localhost", a_citation(house, quote=quote))
    assert parse_qs(urlsplit(str(link)).query)["quote"] == [parameter]


def test_an_attached_file_has_no_address(house: House) -> None:
    assert reader_link("http://localhost", a_citation(house, source_kind="attachment")) is None
