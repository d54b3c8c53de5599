"""`colophon ingest` and `colophon sync`."""

from pathlib import Path
from typing import Any

import httpx
import typer

from app.cli.connection import connected, said
from app.cli.terminal import FAILED, complaints, console, print_json
from app.cli.waiting import wait_for_jobs
from app.settings import Settings
from retrieval.errors import Invalid, KnowledgeBaseError


def ingest(settings: Settings, paths: list[Path], name: str, *, as_json: bool) -> None:
    """Uploads files and all files of folders, and waits until they are searchable."""
    files = _files(paths)
    with connected(settings) as client:
        base = _knowledge_base(client, name)
        jobs, unchanged, refused = [], 0, []
        for path in files:
            try:
                with path.open("rb") as content:
                    url = f"/admin/knowledge-bases/{base}/documents"
                    uploaded = said(client.post(url, files={"file": (path.name, content)}))
            except KnowledgeBaseError as error:
                refused.append({"label": path.name, "error": str(error)})
                continue
            unchanged += uploaded["unchanged"]
            if uploaded["job"] is not None:
                jobs.append(uploaded["job"]["id"])
        ended = wait_for_jobs(client, jobs)
    failed = [job for job in ended if job["state"] == "failed"] + refused
    searchable = len(ended) + len(refused) - len(failed)
    failures = [{"file": job["label"], "reason": job["error"]} for job in failed]
    if as_json:
        print_json({"searchable": searchable, "unchanged": unchanged, "failed": failures})
    else:
        _print_failures(failures)
        console.print(f"{searchable} searchable, {unchanged} unchanged")
    if failed:
        raise typer.Exit(FAILED)


def sync(settings: Settings, folder: Path | None, name: str | None, *, as_json: bool) -> None:
    """Follows the registered folders, or registers one and follows it."""
    with connected(settings) as client:
        sources = _register(client, folder, name) if folder else _sources(client)
        jobs = [said(client.post(f"/admin/sources/{source}/sync"))["id"] for source in sources]
        wait_for_jobs(client, jobs)
        runs = [_last_run(client, source) for source in sources]
        # The run has started the jobs of what changed; they are part of the sync.
        wait_for_jobs(client, _unfinished(client))
    if as_json:
        print_json(runs)
    else:
        for run in runs:
            counts = ("added", "changed", "removed", "unchanged", "failed")
            console.print(", ".join(f"{run[count]} {count}" for count in counts))
            if run["error"]:
                complaints.print(run["error"], style="red", markup=False)
    if any(run["error"] or run["failed"] for run in runs):
        raise typer.Exit(FAILED)


def _files(paths: list[Path]) -> list[Path]:
    """Raises: Invalid for a path that is not there."""
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise Invalid(f"There is no {path}.")
        inside = sorted(child for child in path.rglob("*") if child.is_file())
        files.extend(inside if path.is_dir() else [path])
    return files


def _knowledge_base(client: httpx.Client, name: str) -> str:
    """Its id; a knowledge base of a new name is made, readable by administrators only."""
    for base in said(client.get("/admin/knowledge-bases")):
        if base["name"] == name:
            return str(base["id"])
    made = said(client.post("/admin/knowledge-bases", json={"name": name}))
    sentence = f"Made the knowledge base “{name}”. Only administrators may read it so far."
    complaints.print(sentence, markup=False)
    return str(made["id"])


def _register(client: httpx.Client, folder: Path, name: str | None) -> list[str]:
    if name is None:
        raise Invalid("Please name the knowledge base of the folder with --knowledge-base.")
    base = _knowledge_base(client, name)
    location = str(folder.resolve())
    for source in said(client.get(f"/admin/knowledge-bases/{base}/sources")):
        if source["location"] == location:
            return [source["id"]]
    url = f"/admin/knowledge-bases/{base}/sources"
    return [said(client.post(url, json={"location": location}))["id"]]


def _sources(client: httpx.Client) -> list[str]:
    bases = said(client.get("/admin/knowledge-bases"))
    listed = [said(client.get(f"/admin/knowledge-bases/{base['id']}/sources")) for base in bases]
    return [source["id"] for sources in listed for source in sources if source["enabled"]]


def _last_run(client: httpx.Client, source: str) -> dict[str, Any]:
    runs: list[dict[str, Any]] = said(client.get(f"/admin/sources/{source}/runs"))
    return runs[0]


def _unfinished(client: httpx.Client) -> list[str]:
    states = ("queued", "running")
    pages = [said(client.get("/admin/jobs", params={"state": s, "limit": 200})) for s in states]
    return [job["id"] for page in pages for job in page["items"]]


def _print_failures(failures: list[dict[str, Any]]) -> None:
    for failure in failures:
        complaints.print(f"{failure['file']}: {failure['reason']}", style="red", markup=False)
