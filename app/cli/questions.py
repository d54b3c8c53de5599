"""`colophon ask` and `colophon search`."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import typer

from app.cli.connection import connected, said
from app.cli.terminal import FAILED, NOT_THERE, complaints, console, print_json
from app.cli.waiting import wait_for_models
from app.settings import Settings


def ask(settings: Settings, question: str, names: list[str], *, as_json: bool) -> None:
    """Prints the checked answer with its sources. Exit code 3: the knowledge base does not say."""
    with connected(settings) as client:
        wait_for_models(client, "answers_ready")
        body = {"question": question, "knowledge_base_ids": knowledge_base_ids(client, names)}
        with client.stream("POST", "/answers", json=body) as response:
            if not response.is_success:
                response.read()
                said(response)
            finished = _last(_events(response))
        conversation = finished["conversation_id"]
        said(client.delete(f"/conversations/{conversation}"))
    answer = finished["answer"]
    if as_json:
        print_json(answer)
    else:
        _print_answer(answer)
    if answer["outcome"] == "not_found":
        raise typer.Exit(NOT_THERE)


def search(
    settings: Settings, question: str, names: list[str], limit: int, *, as_json: bool
) -> None:
    """Prints the passages that the question finds. Exit code 3: none."""
    with connected(settings) as client:
        wait_for_models(client, "search_ready")
        ids = knowledge_base_ids(client, names)
        body = {"question": question, "knowledge_base_ids": ids, "limit": limit}
        found = said(client.post("/search", json=body))
    if as_json:
        print_json(found)
    else:
        for number, passage in enumerate(found["passages"], start=1):
            console.print(f"{number}. {_place(passage)}", style="bold", markup=False)
            console.print(passage["text"].strip()[:400], markup=False, highlight=False)
            console.print()
    if not found["passages"]:
        raise typer.Exit(NOT_THERE)


def knowledge_base_ids(client: httpx.Client, names: list[str]) -> list[str] | None:
    """Ids of the named knowledge bases; None for all. Ends the command for an unknown name."""
    if not names:
        return None
    known = {base["name"]: base["id"] for base in said(client.get("/knowledge-bases"))}
    unknown = [name for name in names if name not in known]
    if unknown:
        there = ", ".join(known) or "none"
        sentence = f"There is no knowledge base “{unknown[0]}”. There are: {there}."
        complaints.print(sentence, markup=False)
        raise typer.Exit(NOT_THERE)
    return [known[name] for name in names]


def _events(response: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names and data of the server-sent events."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            yield name, json.loads(line.removeprefix("data:"))


def _last(events: Iterator[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The `finished` event, with the conversation that the first event named."""
    conversation = ""
    for name, data in events:
        if name == "started":
            conversation = data["conversation_id"]
        elif name == "finished":
            return data | {"conversation_id": conversation}
        elif name == "failed":
            complaints.print(data["message"], style="red", markup=False)
            raise typer.Exit(FAILED)
    complaints.print("The answer broke off.", style="red")
    raise typer.Exit(FAILED)


def _print_answer(answer: dict[str, Any]) -> None:
    if answer["outcome"] == "not_found":
        console.print("The knowledge base does not say.")
    for sentence in answer["sentences"]:
        if sentence["text"]:
            marks = "".join(f"[{number}]" for number in sentence["citations"])
            console.print(f"{sentence['text']} {marks}", markup=False, highlight=False)
    for part in answer["unanswered"]:
        console.print(f"The knowledge base does not say: {part}", markup=False, highlight=False)
    sources = answer["citations"] or answer["closest"]
    if sources:
        console.print("\nSources" if answer["citations"] else "\nClosest passages")
    for citation in sources:
        line = f"[{citation['number']}] {_place(citation)}: {citation['quote']}"
        console.print(line, markup=False, highlight=False)


def _place(source: dict[str, Any]) -> str:
    """With the page, and its lines where they are known."""
    if not source["page"]:
        return str(source["document_title"])
    first, last = source.get("first_line"), source.get("last_line")
    lines = "" if not first else f", line {first}" if first == last else f", lines {first}–{last}"
    return f"{source['document_title']}, p. {source['page']}{lines}"
