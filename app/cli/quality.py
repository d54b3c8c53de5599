"""`colophon golden` and `colophon reindex`."""

import csv
import json
from pathlib import Path
from typing import Any

import httpx
import typer
from rich.table import Table

from app.cli.connection import connected, said
from app.cli.terminal import FAILED, complaints, console, print_json
from app.cli.waiting import wait_for_jobs, wait_for_models
from app.settings import Settings
from retrieval.errors import Invalid, NotFound

COLUMNS = ("question", "filename", "phrase")


def add(settings: Settings, name: str, given: dict[str, str | None], file: Path | None) -> None:
    """One question, or all of a TSV or JSONL file."""
    questions = [given] if file is None else read_questions(file)
    with connected(settings) as client:
        url = f"/admin/knowledge-bases/{knowledge_base(client, name)}/golden-questions/import"
        added = said(client.post(url, json={"questions": questions}))
    console.print(f"{len(added)} golden questions added")


def show(settings: Settings, name: str, *, as_json: bool) -> None:
    """With the rank of the first right passage in the last run."""
    with connected(settings) as client:
        url = f"/admin/knowledge-bases/{knowledge_base(client, name)}/golden-questions"
        listed = said(client.get(url))
    if as_json:
        print_json(listed)
        return
    table = Table("id", "question", "file", "phrase", "rank", box=None)
    for question in listed:
        rank = str(question["rank"] or "-")
        words = (question["id"], question["question"], question["filename"], question["phrase"])
        table.add_row(*[word or "" for word in words], rank)
    console.print(table, markup=False)


def remove(settings: Settings, question: str) -> None:
    with connected(settings) as client:
        said(client.delete(f"/admin/golden-questions/{question}"))


def ask_all(settings: Settings, name: str, *, as_json: bool) -> None:
    with connected(settings) as client:
        wait_for_models(client, "search_ready")
        url = f"/admin/knowledge-bases/{knowledge_base(client, name)}/golden-runs"
        run = said(client.post(url))
    if as_json:
        print_json(run)
        return
    console.print(
        f"{run['questions']} questions: {run['recall']:.1%} found among the first five passages, "
        f"mean reciprocal rank {run['reciprocal_rank']:.3f}"
    )
    if refusals := run["refusals"]:
        console.print(
            f"refused rightly: {refusals['rightly_refused']} of {refusals['unanswerable']}, "
            f"wrongly: {refusals['wrongly_refused']} of {refusals['answerable']}"
        )


def reindex(settings: Settings, name: str, *, as_json: bool) -> None:
    """Starts it, or joins the one on its way, and waits for its end."""
    with connected(settings) as client:
        wait_for_models(client, "search_ready")
        url = f"/admin/knowledge-bases/{knowledge_base(client, name)}/reindex"
        ended = wait_for_jobs(client, [said(client.post(url))["id"]])[0]
    if as_json:
        print_json(ended)
    elif ended["state"] == "done":
        console.print(f"{name}: indexed with {ended['label']}", markup=False)
    else:
        complaints.print(ended["error"], style="red", markup=False)
    if ended["state"] != "done":
        raise typer.Exit(FAILED)


def knowledge_base(client: httpx.Client, name: str) -> str:
    """Its id. Raises: NotFound."""
    for base in said(client.get("/admin/knowledge-bases")):
        if base["name"] == name:
            return str(base["id"])
    raise NotFound(f"There is no knowledge base “{name}”.")


def read_questions(file: Path) -> list[dict[str, Any]]:
    """JSONL: objects with question, filename, phrase. TSV: these columns, with or without a head.

    Raises: Invalid.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} cannot be read: {error}.") from error
    if file.suffix == ".jsonl":
        return [_of_json(file, number, line) for number, line in _lines(text)]
    rows = list(csv.reader(text.splitlines(), delimiter="\t"))
    body = rows[1:] if rows and tuple(rows[0][:1]) == COLUMNS[:1] else rows
    return [_of_cells(row) for row in body if any(cell.strip() for cell in row)]


def _lines(text: str) -> list[tuple[int, str]]:
    return [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _of_json(file: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise Invalid(f"Line {number} of {file} is not JSON: {error.msg}.") from error
    if not isinstance(value, dict):
        raise Invalid(f"Line {number} of {file} is not a JSON object.")
    return {column: value.get(column) or None for column in COLUMNS}


def _of_cells(row: list[str]) -> dict[str, Any]:
    cells = [cell.strip() or None for cell in row]
    padded = [*cells, None, None][: len(COLUMNS)]
    return dict(zip(COLUMNS, padded, strict=True))
