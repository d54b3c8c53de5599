"""Documents that give orders, behind the real app: its stream, its history, and OpenAI clients."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.people.user import User
from app.platform import Platform
from app.shapes.library import KnowledgeBaseIn
from retrieval.answer.answerer import Answerer
from retrieval.tables import chunks, versions
from retrieval.types import KnowledgeBaseId
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import events_of, signed_in
from tests.fakes import WordsEmbedder
from tests.injection.documents import ATTACKS, ELSEWHERE, SECRET, Attack
from tests.injection.rendered import active_parts
from tests.retrieval.answer.answering_fakes import ScriptedGenerator


@dataclass
class Shelf:
    """Each document in a knowledge base of its own, so that a question finds it."""

    house: House
    generator: ScriptedGenerator
    browser: TestClient = field(init=False)
    bases: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        platform = self.house.platform
        answerer = Answerer(
            platform.searcher,
            self.generator,
            WordsEmbedder(away=True),
            surroundings=self.house.index.corpus,
        )
        self.house.platform = replace(
            platform,
            asking=replace(platform.asking, answerer=answerer),
            openai=replace(platform.openai, answerer=answerer),
        )
        self.browser = signed_in(self.house.platform, "ada")

    def put(self, attack: Attack) -> None:
        given = KnowledgeBaseIn(name=attack.name)
        base = self.house.platform.library.create(self.house.ada, given).id
        cited = self.house.add_document(base, attack.title, attack.text, attack.text.encode())
        with self.house.platform.database.write() as connection:
            of_it = versions.c.document_id == cited.document
            connection.execute(update(versions).where(of_it).values(filename=attack.filename))
            this = chunks.c.id == cited.chunk
            connection.execute(update(chunks).where(this).values(headings=list(attack.headings)))
        words = self.house.index.lexical.open(KnowledgeBaseId(base))
        self.house.index.entries.fill_words(words, [cited.chunk])
        self.bases[attack.name] = base

    def obeys(self, attack: Attack) -> None:
        self.generator.content = f"{attack.obeyed}\n\n{attack.honest} [1]"
        self.generator.reasoning = attack.obeyed


@pytest.fixture
def shelf(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> Shelf:
    shelf = Shelf(furnish(platform, clock, tmp_path, admin), ScriptedGenerator(""))
    for attack in ATTACKS:
        shelf.put(attack)
    return shelf


def troubles(shown: list[str], thought: str) -> list[str]:
    """What a client that renders Markdown would fetch, link or run, and what was given away."""
    told = "\n\n".join(shown)
    found = [part for text in (*shown, told, thought) for part in active_parts(text)]
    found += [f"tells {SECRET}"] if SECRET in told else []
    return found + ([f"sends {SECRET}"] if f"://{ELSEWHERE}" in thought else [])


def sentences_of(answer: dict[str, Any]) -> list[str]:
    return [sentence["text"] for sentence in answer["sentences"]]


def test_no_document_gives_orders_to_a_page(shelf: Shelf) -> None:
    found: dict[str, list[str]] = {}
    for attack in ATTACKS:
        shelf.obeys(attack)
        body = {"question": attack.question, "knowledge_base_ids": [shelf.bases[attack.name]]}
        events = events_of(shelf.browser.post("/api/v1/answers", json=body).text)
        streamed = [json.loads(data)["sentence"]["text"] for n, data in events if n == "sentence"]
        finished = json.loads(dict(events)["finished"])["answer"]
        opened = json.loads(dict(events)["started"])["conversation_id"]
        [turn] = shelf.browser.get(f"/api/v1/conversations/{opened}").json()["turns"]
        stored = turn["answer"]
        assert attack.honest in " ".join(sentences_of(finished)), attack.name
        shown = [*streamed, *sentences_of(finished), *sentences_of(stored)]
        found[attack.name] = troubles(shown, stored["reasoning"])
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize("stream", [True, False])
def test_no_document_gives_orders_to_an_openai_client(shelf: Shelf, stream: bool) -> None:
    found: dict[str, list[str]] = {}
    for attack in ATTACKS:
        shelf.obeys(attack)
        message = {"role": "user", "content": attack.question}
        body = {"model": f"kb:{attack.name}", "messages": [message], "stream": stream}
        answer = shelf.browser.post("/v1/chat/completions", json=body)
        said = _streamed(answer.text) if stream else answer.json()["choices"][0]["message"]
        assert attack.honest in said["content"], attack.name
        found[attack.name] = troubles([said["content"]], said["reasoning_content"])
    assert {name: what for name, what in found.items() if what} == {}


def _streamed(body: str) -> dict[str, str]:
    said = {"content": "", "reasoning_content": ""}
    for line in body.splitlines():
        if line.startswith("data: {"):
            delta = json.loads(line.removeprefix("data: "))["choices"][0]["delta"]
            for name in said:
                said[name] += delta.get(name) or ""
    return said
