"""Pages as pictures over HTTP: who may see them, and what a browser may keep."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import update

from app.library.pages_view import PagesView
from app.people.user import User
from app.platform import Platform
from ingestion.page_pictures import StoredFile
from ingestion.parsing import media
from retrieval.tables import documents, versions
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import signed_in
from tests.ingestion.pdf_pages import text_at, write_pdf


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


@pytest.fixture
def leave(house: House, tmp_path: Path) -> str:
    return put_pdf(house, house.handbook, tmp_path)


def put_pdf(house: House, knowledge_base: str, folder: Path) -> str:
    path = write_pdf(folder / "leave.pdf", [text_at(50, 500, "Leave"), text_at(50, 500, "Days")])
    document = house.add_document(knowledge_base, "leave.pdf", "Leave", path.read_bytes()).document
    with house.platform.database.write() as connection:
        connection.execute(
            update(versions).where(versions.c.document_id == document).values(media_type=media.PDF)
        )
    return document


def pages(document: str, version: int = 1) -> str:
    return f"/api/v1/documents/{document}/versions/{version}/pages"


def test_a_reader_sees_the_sizes_of_the_pages_and_each_as_a_picture(
    eve: TestClient, leave: str
) -> None:
    assert eve.get(pages(leave)).json() == {"pages": [{"width": 400.0, "height": 600.0}] * 2}
    answer = eve.get(f"{pages(leave)}/2", params={"width": 600})
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert Image.open(io.BytesIO(answer.content)).size == (600, 900)


def test_a_browser_keeps_a_page_for_itself_and_asks_before_it_is_shown_again(
    house: House, ada: TestClient, eve: TestClient, leave: str
) -> None:
    first = eve.get(f"{pages(leave)}/1")
    assert first.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["ETag"]}
    again = eve.get(f"{pages(leave)}/1", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert eve.get(f"{pages(leave)}/2", headers=known).status_code == 200
    ada.delete(f"/api/v1/admin/documents/{leave}")
    assert eve.get(f"{pages(leave)}/1", headers=known).status_code == 404


@dataclass
class Meanwhile:
    """Draws a page, during which something happens."""

    happens: Callable[[], object]

    def picture(self, _file: StoredFile, _page: int, _width: int) -> bytes:
        self.happens()
        return b"a page"

    def sizes(self, _file: StoredFile) -> list[tuple[float, float]]:
        self.happens()
        return []


@pytest.mark.parametrize("part", ["", "/1"])
def test_a_page_that_is_taken_away_while_it_is_drawn_is_not_shown(
    house: House, ada: TestClient, employee: User, leave: str, part: str
) -> None:
    drawing = Meanwhile(lambda: ada.delete(f"/api/v1/admin/documents/{leave}"))
    pages_view = PagesView(house.platform.reading, drawing)
    eve = signed_in(replace(house.platform, pages=pages_view), employee.username)
    assert eve.get(pages(leave) + part).status_code == 404


def test_what_one_may_not_read_and_what_is_gone_or_replaced_has_no_pages(
    house: House, eve: TestClient, leave: str, tmp_path: Path
) -> None:
    secret = put_pdf(house, house.board, tmp_path)
    gone = put_pdf(house, house.handbook, tmp_path)
    with house.platform.database.write() as connection:
        connection.execute(
            update(documents)
            .where(documents.c.id == gone)
            .values(deleted_at=documents.c.created_at)
        )
    for address in (pages(secret), pages(gone), pages("0" * 32), pages(leave, version=2)):
        for path in (address, f"{address}/1"):
            answer = eve.get(path)
            assert answer.status_code == 404, path


@pytest.mark.parametrize("part", ["/3", "/0", "/1?width=599", "/1?width=90000"])
def test_only_pages_that_exist_in_the_few_widths_are_drawn(
    eve: TestClient, leave: str, part: str
) -> None:
    assert eve.get(pages(leave) + part).status_code == 400


def test_a_document_of_another_kind_has_no_pages(house: House, eve: TestClient) -> None:
    text = house.add_document(house.handbook, "leave.html", "Leave").document
    answer = eve.get(pages(text))
    assert answer.status_code == 404
    assert "Its text is there" in answer.json()["message"]
