"""A house with two knowledge bases, documents in them, and a scripted answerer.

Real: SQLite, corpus, revisions, blobs, intake, removal, sources, keyword search. Scripted: the
model's answers. Recorded instead of run: background work.
"""

import hashlib
import itertools
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import anyio
import httpx
import uvicorn
from fastapi.testclient import TestClient
from sqlalchemy import insert, update

from app.answer_runs import AnswerRuns
from app.asking import Asking
from app.conversations import Conversations
from app.documents_view import DocumentsView
from app.jobs_view import JobsView
from app.library import Library
from app.main import create_app
from app.openai_chat import OpenAIChat
from app.people import User
from app.platform import Platform
from app.reading import Reading
from app.recall import Recall
from app.shapes.library import KnowledgeBaseIn
from app.sources_view import SourcesView
from app.tokens import new_id
from app.turns import Turns
from ingestion.blobs import Blobs
from ingestion.intake import Intake
from ingestion.jobs import Jobs, Work
from ingestion.removal import Removal
from ingestion.sources import Sources
from retrieval.condense import Turn
from retrieval.corpus import Corpus
from retrieval.dense_memory import MemoryIndexes
from retrieval.errors import Unavailable
from retrieval.events import AnswerEvent, Checked, Finished, Reasoned, Stage
from retrieval.index import Index
from retrieval.lexical_memory import MemoryLexicalIndexes
from retrieval.ports import EmbedderIdentity
from retrieval.revisions import commit
from retrieval.search import Searcher
from retrieval.tables import blocks, chunks, documents, versions
from retrieval.types import (
    Answer,
    ChunkId,
    Citation,
    Confidence,
    ConfidenceLevel,
    DocumentId,
    KnowledgeBaseId,
    Outcome,
    Scope,
    Scores,
    Sentence,
    Vector,
    Verdict,
)
from retrieval.vectors import VectorStore
from tests.app.conftest import PASSWORD

MAX_BYTES = 64 * 1024
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
IDENTITY = EmbedderIdentity("absent", "1", "mean", "float32", "", "", 4)


class WaitForStop:
    """In a script: the answer goes no further until somebody stops it."""


Step = AnswerEvent | WaitForStop | Exception


@dataclass
class ScriptedAnswers:
    """Plays the same script for every question, and keeps what it was asked."""

    script: list[Step] = field(default_factory=list)
    asked: list[tuple[str, tuple[Turn, ...], Scope]] = field(default_factory=list)
    stopped: int = 0

    async def answer(
        self, question: str, history: Sequence[Turn], scope: Scope, stop: anyio.Event
    ) -> AsyncGenerator[AnswerEvent, None]:
        self.asked.append((question, tuple(history), scope))
        for step in self.script:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, WaitForStop):
                await stop.wait()
                self.stopped += 1
                yield Finished(an_answer(question, outcome=Outcome.STOPPED))
                return
            yield step


class AbsentEmbedder:
    """A model that is still loading."""

    identity = IDENTITY

    def embed_question(self, question: str) -> Vector:
        raise Unavailable("The embedding model is still loading.")

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        raise Unavailable("The embedding model is still loading.")


@dataclass
class RecordedWork:
    started: list[Work] = field(default_factory=list)

    def start(self, work: Work) -> None:
        self.started.append(work)


@dataclass
class House:
    platform: Platform
    answers: ScriptedAnswers
    work: RecordedWork
    index: Index
    ada: User
    handbook: str
    board: str  # only its group may read it
    board_group: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add_document(
        self, knowledge_base: str, title: str, text: str, content: bytes = b"bytes"
    ) -> Citation:
        """A searchable document of one chunk, as a citation of it."""
        document, version, chunk = new_id(), new_id(), ChunkId(new_id())
        blob = self.platform.uploads.blobs.put(BytesIO(content), max_bytes=MAX_BYTES)
        place = {"knowledge_base_id": knowledge_base, "document_id": document}
        with self.platform.database.write() as connection:
            connection.execute(
                insert(documents).values(
                    id=document,
                    knowledge_base_id=knowledge_base,
                    key=title,
                    title=title,
                    state="searchable",
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
            connection.execute(
                insert(versions).values(
                    id=version,
                    document_id=document,
                    number=1,
                    filename=title,
                    media_type="text/html",
                    size=blob.size,
                    blob=blob.sha256,
                    created_at=NOW,
                )
            )
            connection.execute(
                update(documents).where(documents.c.id == document).values(live_version_id=version)
            )
            connection.execute(
                insert(blocks).values(
                    version_id=version, ordinal=0, kind="paragraph", text=text, headings=[]
                )
            )
            connection.execute(
                insert(chunks).values(
                    id=chunk,
                    version_id=version,
                    ordinal=0,
                    text=text,
                    context="",
                    headings=[],
                    first_block=0,
                    last_block=0,
                    embedded_sha256=hashlib.sha256(text.encode()).hexdigest(),
                    chunker="test",
                    **place,
                )
            )
            commit(
                connection,
                KnowledgeBaseId(knowledge_base),
                born=[chunk],
                died=[],
                reason="test",
                now=NOW,
            )
        return Citation(
            number=next(self.numbers),
            chunk=chunk,
            knowledge_base=KnowledgeBaseId(knowledge_base),
            document=DocumentId(document),
            document_title=title,
            filename=title,
            version_number=1,
            page=None,
            headings=(),
            quote=text,
            first_block=0,
            last_block=0,
            updated_at=NOW,
            scores=Scores(),
        )

    def will_answer(self, *sentences: tuple[str, Sequence[Citation]]) -> None:
        """Scripts a whole answer out of sentences and what each rests on."""
        checked = [
            Checked(a_sentence(text, citations), tuple(citations)) for text, citations in sentences
        ]
        cited = tuple(dict.fromkeys(c for _, citations in sentences for c in citations))
        answer = replace(
            an_answer("?"),
            sentences=tuple(event.sentence for event in checked),
            citations=cited,
            reasoning="The sources say so.",
        )
        self.answers.script = [
            Stage("searching", knowledge_bases=1),
            Stage("writing", passages=2),
            Reasoned("The sources say so."),
            *checked,
            Finished(answer),
        ]


def a_sentence(text: str, citations: Sequence[Citation]) -> Sentence:
    return Sentence(text, tuple(c.number for c in citations), Verdict.SUPPORTED)


def an_answer(question: str, *, outcome: Outcome = Outcome.ANSWERED) -> Answer:
    return Answer(
        question=question,
        standalone_question=question,
        outcome=outcome,
        sentences=(),
        citations=(),
        closest=(),
        withheld=0,
        confidence=Confidence(0.9, ConfidenceLevel.HIGH, ()),
        reasoning="",
        degraded=None,
        seconds=0.1,
        model="scripted",
    )


def furnish(platform: Platform, clock: Callable[[], datetime], folder: Path, ada: User) -> House:
    """The platform with every part that questions and documents need."""
    database, audit = platform.database, platform.audit
    corpus = Corpus(database)
    lexical, dense = MemoryLexicalIndexes(), MemoryIndexes()
    index = Index(corpus, VectorStore(database), lexical, dense, IDENTITY)
    blobs, work, answers = Blobs(folder / "blobs"), RecordedWork(), ScriptedAnswers()
    jobs, removal = Jobs(database, clock), Removal(database, index, clock)
    runs = AnswerRuns(per_owner=2)
    library = Library(database, audit, clock, new_id)
    documents_view = DocumentsView(database)
    reading = Reading(database, corpus, documents_view)
    conversations, turns = Conversations(database, clock, new_id), Turns(database, clock)
    recall = Recall(conversations, turns, reading, runs)
    furnished = replace(
        platform,
        library=library,
        documents=documents_view,
        reading=reading,
        jobs=JobsView(database),
        sources_view=SourcesView(database),
        conversations=conversations,
        turns=turns,
        recall=recall,
        asking=Asking(conversations, turns, recall, library, answers, runs, new_id),
        openai=OpenAIChat(library, answers, runs, new_id),
        searcher=Searcher(corpus, lexical, dense, AbsentEmbedder(), None, candidates=20),
        uploads=Intake(database, blobs, jobs, work, MAX_BYTES, new_id),
        removals=removal,
        sources=Sources(database, jobs, removal, work, new_id, clock),
        blobs=blobs,
    )
    board_group = platform.groups.create("Board", ada).id
    handbook = library.create(
        ada,
        KnowledgeBaseIn(name="Handbook", maintainer="Hana", reader_group_ids=["everyone"]),
    )
    board = library.create(
        ada, KnowledgeBaseIn(name="Board", maintainer="Boris", reader_group_ids=[board_group])
    )
    return House(furnished, answers, work, index, ada, handbook.id, board.id, board_group)


def events_of(body: str) -> list[tuple[str, str]]:
    """(event, data) of each frame; heartbeats left out."""
    frames = [frame for frame in body.split("\n\n") if frame.startswith("event: ")]
    return [
        (name.removeprefix("event: "), data.removeprefix("data: "))
        for name, data in (frame.split("\n", 1) for frame in frames)
    ]


@contextmanager
def served(platform: Platform) -> Iterator[Callable[[User], httpx.Client]]:
    """The app in a real server on a free port; yields a maker of clients with API keys."""
    config = uvicorn.Config(
        create_app(platform), host="127.0.0.1", port=0, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with ExitStack() as clients:

        def client_of(user: User) -> httpx.Client:
            _, token = platform.api_keys.create(user, "test")
            headers = {"Authorization": f"Bearer {token}"}
            client = httpx.Client(base_url=f"http://localhost:{port}", headers=headers, timeout=20)
            return clients.enter_context(client)

        yield client_of
    server.should_exit = True
    thread.join(timeout=10)


def signed_in(platform: Platform, username: str) -> TestClient:
    """A browser of that user."""
    client = TestClient(
        create_app(platform),
        base_url="http://localhost",
        headers={"X-Colophon": "1"},
        raise_server_exceptions=False,
    )
    body = {"username": username, "password": PASSWORD}
    assert client.post("/api/v1/session", json=body).status_code == 200
    return client


def wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("It did not come to pass in five seconds.")
