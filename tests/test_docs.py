"""The documentation names what there is: commands, routes, and the files that it links to."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.cli.listing import COMMANDS
from app.cli.main import loaded
from app.openapi import schema

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^()\s]+)\)")
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
PLACEHOLDER = re.compile(r"\{[^}]*\}")


def commands() -> Iterator[str]:
    """ "ask", "user add", …"""
    for name in COMMANDS:
        inner = getattr(loaded(name).commands[name], "commands", None)
        yield from [f"{name} {child}" for child in inner] if inner else [name]


def prose(page: Path) -> str:
    """Without fenced code, where brackets mean other things."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def headings(page: Path) -> set[str]:
    """As GitHub makes anchors of them."""
    found = re.findall(r"^#+ (.+)$", prose(page), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def routes_of_the_schema() -> set[str]:
    paths = json.loads(schema())["paths"]
    return {
        f"{method.upper()} {PLACEHOLDER.sub('{}', path)}"
        for path, methods in paths.items()
        for method in methods
    }


def routes_of_the_table() -> set[str]:
    """Of "| GET, POST `/me/api-keys` | …", which live under /api/v1."""
    found = set()
    for line in (ROOT / "docs" / "api.md").read_text(encoding="utf-8").splitlines():
        row = re.match(r"\| ([A-Z, ]+) `([^`?]+)", line)
        if row:
            path = PLACEHOLDER.sub("{}", row[2])
            found |= {f"{method.strip()} /api/v1{path}" for method in row[1].split(",")}
    return found


@pytest.mark.parametrize("command", commands())
def test_the_readme_names_every_command(command: str) -> None:
    assert f"`colophon {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    named = re.findall(r"`colophon ([a-z]+(?: [a-z]+)?)", (ROOT / "README.md").read_text("utf-8"))
    known = set(commands())
    assert named
    assert [name for name in named if name not in known and name.split()[0] not in known] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(prose(page)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = unquote(target).partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{page.name} links to {target}, which is not there"
        if anchor:
            assert anchor in headings(linked), f"{page.name} links to {target}, no such heading"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        local = [link.partition("#")[0] for link in LINK.findall(prose(page)) if "://" not in link]
        linked = {(page.parent / unquote(link)).resolve() for link in local if link.endswith(".md")}
        waiting.extend(linked - reached)
    assert set(PAGES) - reached == set()


def test_the_table_of_routes_is_what_the_schema_says() -> None:
    in_schema = routes_of_the_schema()
    under_api = {route for route in in_schema if " /api/v1" in route}
    assert routes_of_the_table() == under_api


def test_the_routes_outside_the_api_are_told() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    outside = {route.split()[1] for route in routes_of_the_schema() if " /api/v1" not in route}
    assert outside
    assert [path for path in outside if f"`{path}`" not in text] == []


def test_routes_are_written_with_methods_that_exist() -> None:
    assert {route.split()[0] for route in routes_of_the_table()} <= METHODS


def test_the_changelog_keeps_the_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.startswith("# Changelog\n")
    versions = re.findall(r"^## (.+)$", text, flags=re.M)
    assert versions[0] == "[Unreleased]"
    for version in versions[1:]:
        assert re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", version)
    kinds = re.findall(r"^### (.+)$", text, flags=re.M)
    assert kinds
    assert set(kinds) <= KINDS


def test_the_pictures_are_light() -> None:
    pictures = sorted((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 200_000] == []
