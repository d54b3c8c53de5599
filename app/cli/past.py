"""`colophon snapshot`, `colophon rollback` and `colophon purge`."""

from typing import Any

import httpx
import typer
from rich.table import Table

from app.cli.connection import connected, said
from app.cli.terminal import FAILED, complaints, console, print_json
from app.settings import Settings
from retrieval.errors import Invalid, NotFound

MARKS = {"added": "+", "removed": "-", "changed": "~"}
SHOWN = 40  # lines of a difference


def take(settings: Settings, name: str, knowledge_base: str) -> None:
    with connected(settings) as client:
        base = _knowledge_base(client, knowledge_base)
        url = f"/admin/knowledge-bases/{base['id']}/snapshots"
        taken = said(client.post(url, json={"name": name}))
    console.print(f"{taken['id']}: revision {taken['revision']} is “{name}”", markup=False)


def show(settings: Settings, *, as_json: bool) -> None:
    """Of every knowledge base, newest first."""
    with connected(settings) as client:
        listed = list(_snapshots(client))
    if as_json:
        print_json(listed)
        return
    table = Table("id", "knowledge base", "name", "kind", "documents", "taken", "by")
    for each in listed:
        row = (each["id"], each["knowledge_base"], each["name"], each["kind"])
        when = str(each["created_at"])[:16].replace("T", " ")
        table.add_row(*row, str(each["documents"]), when, each["created_by"])
    console.print(table)


def forget(settings: Settings, snapshot: str) -> None:
    with connected(settings) as client:
        found = _snapshot(client, snapshot)
        said(client.delete(f"/admin/snapshots/{found['id']}"))
    console.print(f"“{found['name']}” is no snapshot any more", markup=False)


def go_back(settings: Settings, snapshot: str, *, agreed: bool, as_json: bool) -> None:
    """Shows what it would do and asks, unless it is agreed already."""
    with connected(settings) as client:
        found = _snapshot(client, snapshot)
        url = f"/admin/snapshots/{found['id']}"
        planned = said(client.get(f"{url}/diff"))
        if not as_json:
            _print_difference(planned)
        if not agreed and planned["documents"]:
            typer.confirm(f"Go back to “{found['name']}”?", abort=True, err=True)
        done = said(client.post(f"{url}/rollback", timeout=None))
    if as_json:
        print_json(done)
        return
    console.print(f"Revision {done['revision']} equals revision {found['revision']}.")
    for location in done["paused_sources"]:
        console.print(f"Paused, for it would bring the changes back: {location}", markup=False)


def purge(settings: Settings, document: str, *, agreed: bool, as_json: bool) -> None:
    """By id, or by the file name or title that only one document has."""
    with connected(settings) as client:
        found = _document(client, document)
        if not agreed:
            complaints.print(
                f"“{found['title']}” will be erased from every revision, index and stored answer. "
                "This cannot be undone.",
                markup=False,
            )
            typed = typer.prompt(f"Type its title to go on ({found['title']})", err=True)
            if typed != found["title"]:
                raise Invalid("That is not its title; nothing was purged.")
        url = f"/admin/documents/{found['id']}/purge"
        gone = said(client.post(url, timeout=None))
    if as_json:
        print_json(gone)
        return
    parts = ("versions", "chunks", "vectors", "originals", "answers")
    console.print(f"“{gone['title']}” is gone:", markup=False)
    console.print(", ".join(f"{gone[part]} {part}" for part in parts))
    console.print("Prove it with: colophon doctor --gone “a sentence of it”", markup=False)


def prove_gone(settings: Settings, sentence: str, *, as_json: bool) -> None:
    """Exit code 1: it was found."""
    with connected(settings) as client:
        report = said(client.post("/admin/doctor/gone", json={"sentence": sentence}, timeout=None))
    if as_json:
        print_json(report)
    else:
        looked = f"Looked in {len(report['looked_in'])} places: {', '.join(report['looked_in'])}."
        console.print(looked, markup=False, highlight=False, soft_wrap=True)
        for each in report["found"]:
            console.print(f"FOUND {each['found']} times in {each['place']}", markup=False)
        if report["gone"]:
            console.print("It is gone.")
    if not report["gone"]:
        raise typer.Exit(FAILED)


def _print_difference(planned: dict[str, Any]) -> None:
    for change in planned["documents"][:SHOWN]:
        versions = [str(v) for v in (change["from_version"], change["to_version"]) if v]
        line = f"{MARKS[change['change']]} {change['title']}, version {' → '.join(versions)}"
        console.print(line, markup=False, highlight=False)
    more = len(planned["documents"]) - SHOWN
    if more > 0:
        console.print(f"… and {more} more")
    counts = f"{planned['chunks_added']} passages come, {planned['chunks_removed']} go"
    console.print(counts if planned["documents"] else "Nothing would change.")


def _snapshots(client: httpx.Client) -> list[dict[str, Any]]:
    found = []
    for base in said(client.get("/admin/knowledge-bases")):
        listed = said(client.get(f"/admin/knowledge-bases/{base['id']}/snapshots"))
        found += [{**each, "knowledge_base": base["name"]} for each in listed]
    return found


def _snapshot(client: httpx.Client, wanted: str) -> dict[str, Any]:
    """By id, or by a name that only one has. Raises: NotFound, Invalid."""
    listed = _snapshots(client)
    found = [each for each in listed if each["id"] == wanted]
    found = found or [each for each in listed if each["name"] == wanted]
    return _only(found, f"snapshot “{wanted}”")


def _document(client: httpx.Client, wanted: str) -> dict[str, Any]:
    found = []
    for base in said(client.get("/admin/knowledge-bases")):
        url = f"/admin/knowledge-bases/{base['id']}/documents"
        page = said(client.get(url, params={"q": wanted[:200], "limit": 500}))
        found += [each for each in page["items"] if wanted in (each["title"], each["filename"])]
    if not found:
        # Also one that was deleted, which no list shows.
        return {"id": wanted, "title": wanted}
    return _only(found, f"document “{wanted}”")


def _knowledge_base(client: httpx.Client, name: str) -> dict[str, Any]:
    listed = said(client.get("/admin/knowledge-bases"))
    return _only([base for base in listed if base["name"] == name], f"knowledge base “{name}”")


def _only(found: list[dict[str, Any]], what: str) -> dict[str, Any]:
    if not found:
        raise NotFound(f"There is no {what}.")
    if len(found) > 1:
        ids = ", ".join(each["id"] for each in found)
        raise Invalid(f"There are {len(found)} of {what}; please give one of the ids {ids}.")
    return found[0]
