from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.settings import Settings

INDEX = "<!doctype html><title>Colophon</title>"
SCRIPT = "export const answer = 42;\n" * 100


@pytest.fixture
def built(settings: Settings) -> Path:
    dist = settings.server.web_dist
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(INDEX)
    (dist / "favicon.svg").write_text("<svg/>")
    (dist / "assets" / "index-abc123.js").write_text(SCRIPT)
    (dist.parent / "secret.txt").write_text("not yours")
    return dist


@pytest.mark.parametrize("path", ["/", "/ask", "/admin/users", "/index.html", "/documents/1/x"])
def test_every_address_of_the_web_is_its_index(
    built: Path, client_of: Callable[..., TestClient], path: str
) -> None:
    answer = client_of().get(path)
    assert (answer.status_code, answer.text) == (200, INDEX)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"].startswith("text/html")


def test_hashed_files_are_cached_for_ever_and_compressed(
    built: Path, client_of: Callable[..., TestClient]
) -> None:
    answer = client_of().get("/assets/index-abc123.js", headers={"Accept-Encoding": "gzip"})
    assert answer.text == SCRIPT
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "javascript" in answer.headers["Content-Type"]


def test_other_files_are_asked_for_again(built: Path, client_of: Callable[..., TestClient]) -> None:
    answer = client_of().get("/favicon.svg")
    assert (answer.text, answer.headers["Cache-Control"]) == ("<svg/>", "no-cache")


def test_a_file_of_an_older_build_is_not_answered_with_a_page(
    built: Path, client_of: Callable[..., TestClient]
) -> None:
    assert client_of().get("/assets/index-old.js").status_code == 404
    assert client_of().get("/robots.txt").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/a%00.txt",
        "/" + "a" * 5000,  # longer than a file's name may be
    ],
)
def test_no_path_leads_out_of_the_folder(
    built: Path, client_of: Callable[..., TestClient], path: str
) -> None:
    answer = client_of().get(path)
    assert "not yours" not in answer.text
    assert "root:" not in answer.text
    assert answer.status_code in (200, 404)


def test_a_link_out_of_the_folder_is_not_followed(
    built: Path, client_of: Callable[..., TestClient]
) -> None:
    (built / "assets" / "link.txt").symlink_to(built.parent / "secret.txt")
    assert client_of().get("/assets/link.txt").status_code == 404


def test_without_a_build_the_page_says_how_to_make_one(
    client_of: Callable[..., TestClient],
) -> None:
    answer = client_of().get("/")
    assert answer.status_code == 503
    assert "make web" in answer.text


def test_a_page_can_be_asked_for_by_head(built: Path, client_of: Callable[..., TestClient]) -> None:
    answer = client_of().head("/")
    assert (answer.status_code, answer.text) == (200, "")
