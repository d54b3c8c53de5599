"""A house of canaries: every document, knowledge base and source says a word that only it has.

`Book` is kept beside the house, by other means: who belongs to what, and what that lets them read.
"""

import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from sqlalchemy import insert, select, update

from app.people.groups import EVERYONE
from app.people.user import User
from app.tokens import new_id
from retrieval.ports import Delta, Message, Terms
from retrieval.store.revisions import commit
from retrieval.store.vectors import text_digest
from retrieval.tables import blocks, chunks, document_tags, documents, sources, versions
from retrieval.types import ChunkId, KnowledgeBaseId, Vector
from tests.app.furnished import MAX_BYTES, NOW, House

CANARY = re.compile(r"canary\d{4}x", re.IGNORECASE)
QUESTION = "What is the canary word of this report?"
_SOURCE = re.compile(r'<source id="(\d+)" title="([^"]*)">\n(.*?)\n</source>', re.DOTALL)


def canaries_in(response: bytes | str) -> frozenset[str]:
    text = response.decode(errors="replace") if isinstance(response, bytes) else response
    return frozenset(found.lower() for found in CANARY.findall(text))


@dataclass
class Quoter:
    """Writes down all that it is given, and thinks all of its prompt aloud."""

    model: str = "quoter"

    async def stream(
        self, messages: Sequence[Message], terms: Terms
    ) -> AsyncGenerator[Delta, None]:
        prompt = "\n".join(message.content for message in messages)
        yield Delta(reasoning=prompt)
        for number, _, text in _SOURCE.findall(prompt):
            yield Delta(content=f"{text.splitlines()[0]} [{number}]\n")


class NothingToMend:
    """After a rollback: the indexes have what it shows."""

    def mend(self, knowledge_base: KnowledgeBaseId) -> None:
        assert knowledge_base


@dataclass(eq=False)
class Person:
    user: User
    groups: set[str]
    keys: dict[str, str] = field(default_factory=dict)  # id: token
    session: str = ""
    conversations: list[str] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)  # attached ones, id: canary
    unasked: list[str] = field(default_factory=list)  # of these


@dataclass(eq=False)
class Base:
    id: str
    canary: str
    readers: set[str]


@dataclass(eq=False)
class Feed:
    """A source that documents come from."""

    id: str
    base: Base
    canary: str
    readers: set[str] | None = None  # None: whoever may read the knowledge base


@dataclass(eq=False)
class Paper:
    id: str
    base: Base
    feed: Feed | None
    canary: str  # of its name and its tag
    versions: dict[str, str] = field(default_factory=dict)  # id: canary of the text
    live: str | None = None  # version; None: deleted

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.canary})

    @property
    def says(self) -> frozenset[str]:
        return self.names | {self.versions[self.live]} if self.live else frozenset()

    @property
    def ever_said(self) -> frozenset[str]:
        return self.names | frozenset(self.versions.values()) if self.live else frozenset()


@dataclass
class Book:
    people: list[Person] = field(default_factory=list)
    bases: list[Base] = field(default_factory=list)
    feeds: list[Feed] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def new_canary(self) -> str:
        return f"canary{next(self.numbers):04d}x"

    def bases_of(self, person: Person) -> list[Base]:
        groups = {EVERYONE, *person.groups}
        return [base for base in self.bases if person.user.is_admin or base.readers & groups]

    def papers_of(self, person: Person) -> list[Paper]:
        mine = self.bases_of(person)
        return [
            paper
            for paper in self.papers
            if paper.live and paper.base in mine and self.follows(person, paper.feed)
        ]

    def follows(self, person: Person, feed: Feed | None) -> bool:
        if feed is None or feed.readers is None or person.user.is_admin:
            return True
        return bool(feed.readers & {EVERYONE, *person.groups})


def add_feed(house: House, book: Book, base: Base) -> Feed:
    feed = Feed(new_id(), base, book.new_canary())
    with house.platform.database.write() as connection:
        connection.execute(
            insert(sources).values(
                id=feed.id,
                knowledge_base_id=base.id,
                kind="folder",
                location=f"/srv/{feed.canary}",
                created_at=NOW,
            )
        )
    book.feeds.append(feed)
    return feed


def add_paper(house: House, book: Book, base: Base, feed: Feed | None) -> Paper:
    paper = Paper(new_id(), base, feed, book.new_canary())
    with house.platform.database.write() as connection:
        connection.execute(
            insert(documents).values(
                id=paper.id,
                knowledge_base_id=base.id,
                source_id=feed.id if feed else None,
                key=f"{paper.canary}.md",
                title=f"Report {paper.canary}",
                state="searchable",
                created_at=NOW,
                updated_at=NOW,
            )
        )
        connection.execute(insert(document_tags).values(document_id=paper.id, tag=paper.canary))
    book.papers.append(paper)
    write_version(house, book, paper)
    return paper


def write_version(house: House, book: Book, paper: Paper) -> None:
    """Its next one, which takes the place of the one that lives."""
    canary, version = book.new_canary(), new_id()
    text = f"The canary word of this report is {canary}. Every report has a canary word."
    blob = house.platform.uploads.blobs.put(BytesIO(text.encode()), max_bytes=MAX_BYTES)
    base = KnowledgeBaseId(paper.base.id)
    born, digest = ChunkId(new_id()), text_digest(text)
    if not house.embedder.away:
        house.index.vectors.save(house.embedder.identity.key, {digest: _vector_of(house, text)})
    with house.platform.database.write() as connection:
        living = select(chunks.c.id).where(chunks.c.version_id == (paper.live or ""))
        died = [ChunkId(found) for found in connection.scalars(living)]
        connection.execute(
            insert(versions).values(
                id=version,
                document_id=paper.id,
                number=len(paper.versions) + 1,
                filename=f"{paper.canary}.md",
                title=f"Report {paper.canary}",
                media_type="text/markdown",
                language="en",
                size=blob.size,
                blob=blob.sha256,
                created_at=NOW,
            )
        )
        connection.execute(
            insert(blocks).values(
                version_id=version, ordinal=0, kind="paragraph", text=text, headings=[]
            )
        )
        connection.execute(
            insert(chunks).values(
                id=born,
                knowledge_base_id=base,
                document_id=paper.id,
                version_id=version,
                ordinal=0,
                text=text,
                context="",
                headings=[],
                first_block=0,
                last_block=0,
                embedded_sha256=digest,
                chunker="test",
            )
        )
        where = documents.c.id == paper.id
        connection.execute(update(documents).where(where).values(live_version_id=version))
        commit(connection, base, born=[born], died=died, reason="test", now=NOW)
    house.index.add(base, [born])
    paper.versions[version] = canary
    paper.live = version


def _vector_of(house: House, text: str) -> Vector:
    vector: Vector = house.embedder.embed_passages([text])[0]
    return vector
