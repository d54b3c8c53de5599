"""`colophon sync` and `colophon source`: what knowledge bases follow, from the command line."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import typer

from app.cli.connection import connected, said
from app.cli.documents import knowledge_base_named
from app.cli.terminal import FAILED, complaints, console, print_json
from app.cli.waiting import wait_for_runs
from app.settings import Settings
from retrieval.errors import Invalid

COUNTS = ("added", "changed", "removed", "unchanged", "held", "failed")


@dataclass(frozen=True, slots=True)
class Added:
    """A source as it is typed."""

    kind: str
    location: str
    knowledge_base: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    cron: str | None = None
    readers: tuple[str, ...] = ()  # names of groups
    options: tuple[str, ...] = ()  # "endpoint=https://…"
    credentials: tuple[str, str] | None = field(default=None, repr=False)  # user and password


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run is to do, as the body of its request."""

    dry_run: bool = False
    remove_anyway: bool = False

    def body(self) -> dict[str, bool]:
        return {"dry_run": self.dry_run, "remove_anyway": self.remove_anyway}


def sync(
    settings: Settings, folder: Path | None, name: str | None, wish: Wish, *, as_json: bool
) -> None:
    """Follows all sources that are not paused, or one folder, which is registered first."""
    with connected(settings) as client:
        chosen = _register(client, folder, name) if folder else _enabled(client)
        reports = _run_all(client, chosen, wish)
    _tell(reports, as_json=as_json)


def run(settings: Settings, source: str, wish: Wish, *, as_json: bool) -> None:
    """Follows one source, named by its id or location."""
    with connected(settings) as client:
        reports = _run_all(client, [_source(client, source)], wish)
    _tell(reports, as_json=as_json)


def add(settings: Settings, added: Added, *, as_json: bool) -> None:
    with connected(settings) as client:
        base = knowledge_base_named(client, added.knowledge_base)
        body: dict[str, object] = {
            "kind": added.kind,
            "location": added.location,
            "options": _options(added.options),
            "include": list(added.include),
            "exclude": list(added.exclude),
            "cron": added.cron,
            "reader_group_ids": _groups(client, added.readers),
        }
        if added.credentials is not None:
            username, password = added.credentials
            body["credentials"] = {"username": username, "password": password}
        source = said(client.post(f"/admin/knowledge-bases/{base}/sources", json=body))
    if as_json:
        print_json(source)
    else:
        console.print(f"{source['id']}  {source['location']}", markup=False, highlight=False)


def show(settings: Settings, *, as_json: bool) -> None:
    with connected(settings) as client:
        found = _all(client)
    if as_json:
        print_json(found)
        return
    for source in found:
        last = source["last_run"]
        state = last["state"] if last else "never run"
        paused = "" if source["enabled"] else ", paused"
        line = f"{source['id']}  {source['kind']:<8} {source['location']}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
        told = f"    {source['documents']} documents, {state}{paused}"
        console.print(told, markup=False, highlight=False)


def report(settings: Settings, run_id: str, *, as_json: bool) -> None:
    """The one page of a run; of a source, that of its last run."""
    with connected(settings) as client:
        last = {one["id"]: one["last_run"]["id"] for one in _all(client) if one["last_run"]}
        run_id = last.get(run_id, run_id)
        if as_json:
            print_json(said(client.get(f"/admin/runs/{run_id}")))
        else:
            answer = client.get(f"/admin/runs/{run_id}/report.txt")
            if not answer.is_success:
                said(answer)
            console.print(answer.text, markup=False, highlight=False, soft_wrap=True, end="")


def _run_all(client: httpx.Client, sources: list[str], wish: Wish) -> list[dict[str, Any]]:
    return wait_for_runs(client, [_begin(client, source, wish) for source in sources])


def _begin(client: httpx.Client, source: str, wish: Wish) -> str:
    """The id of the run; of the one that goes on already, when that does the same."""
    answer = client.post(f"/admin/sources/{source}/sync", json=wish.body())
    if answer.status_code == httpx.codes.CONFLICT and wish == Wish():
        last = said(client.get(f"/admin/sources/{source}/runs"))[0]
        if last["state"] == "running" and not last["dry_run"]:
            return str(last["id"])
    return str(said(answer)["id"])


def _tell(reports: list[dict[str, Any]], *, as_json: bool) -> None:
    """Exit code 1 when something failed or is held."""
    if as_json:
        print_json(reports)
    else:
        for one in reports:
            counts = ", ".join(f"{one[count]} {count}" for count in COUNTS)
            console.print(f"{one['location']}: {counts}", markup=False, soft_wrap=True)
            for problem in one["problems"]:
                line = f"  {problem['path']}: {problem['reason']}"
                complaints.print(line, style="red", markup=False, soft_wrap=True)
            if one["error"]:
                complaints.print(one["error"], style="red", markup=False, soft_wrap=True)
            if one["state"] == "held":
                advice = f"To have them removed: colophon source run {one['source_id']} "
                complaints.print(advice + "--remove-anyway", markup=False, soft_wrap=True)
    if any(one["error"] or one["failed"] for one in reports):
        raise typer.Exit(FAILED)


def _register(client: httpx.Client, folder: Path, name: str | None) -> list[str]:
    if name is None:
        raise Invalid("Please name the knowledge base of the folder with --knowledge-base.")
    base = knowledge_base_named(client, name)
    location = str(folder.resolve())
    url = f"/admin/knowledge-bases/{base}/sources"
    for source in said(client.get(url)):
        if source["location"] == location:
            return [source["id"]]
    return [said(client.post(url, json={"location": location}))["id"]]


def _all(client: httpx.Client) -> list[dict[str, Any]]:
    bases = said(client.get("/admin/knowledge-bases"))
    listed = [said(client.get(f"/admin/knowledge-bases/{base['id']}/sources")) for base in bases]
    return [source for sources in listed for source in sources]


def _enabled(client: httpx.Client) -> list[str]:
    return [source["id"] for source in _all(client) if source["enabled"]]


def _source(client: httpx.Client, named: str) -> str:
    """Raises: Invalid when there is none, or more than one, of that name."""
    found = [one["id"] for one in _all(client) if named in (one["id"], one["location"])]
    if len(found) != 1:
        many = "more than one source" if found else "no source"
        raise Invalid(f"There is {many} called {named}; “colophon source list” names all.")
    return str(found[0])


def _options(typed: tuple[str, ...]) -> dict[str, str]:
    """Raises: Invalid for what is not NAME=VALUE; the server judges the names."""
    for one in typed:
        if "=" not in one:
            raise Invalid(f"“{one}” is no option; write NAME=VALUE.")
    return dict(one.split("=", 1) for one in typed)


def _groups(client: httpx.Client, names: tuple[str, ...]) -> list[str]:
    """Raises: Invalid."""
    known = {group["name"].casefold(): group["id"] for group in said(client.get("/admin/groups"))}
    for name in names:
        if name.casefold() not in known:
            raise Invalid(f"There is no group called “{name}”.")
    return [known[name.casefold()] for name in names]
