"""`colophon ingest`."""

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
        base = knowledge_base_named(client, name)
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


def _files(paths: list[Path]) -> list[Path]:
    """Raises: Invalid for a path that is not there."""
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise Invalid(f"There is no {path}.")
        inside = sorted(child for child in path.rglob("*") if child.is_file())
        files.extend(inside if path.is_dir() else [path])
    return files


def knowledge_base_named(client: httpx.Client, name: str) -> str:
    """Its id; a knowledge base of a new name is made, readable by administrators only."""
    for base in said(client.get("/admin/knowledge-bases")):
        if base["name"] == name:
            return str(base["id"])
    made = said(client.post("/admin/knowledge-bases", json={"name": name}))
    sentence = f"Made the knowledge base “{name}”. Only administrators may read it so far."
    complaints.print(sentence, markup=False)
    return str(made["id"])


def _print_failures(failures: list[dict[str, Any]]) -> None:
    for failure in failures:
        complaints.print(f"{failure['file']}: {failure['reason']}", style="red", markup=False)
