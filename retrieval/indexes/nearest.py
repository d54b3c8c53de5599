"""The exact nearest in a knowledge base, or among some of its documents, as it is live."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from retrieval.dense.exact import ExactVectors
from retrieval.indexes.entries import Entries
from retrieval.ports import EmbedderIdentity, Hit
from retrieval.tables import chunks, knowledge_bases, visibility
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId, Vector

# Bytes for the vectors of all knowledge bases. 100,000 vectors of 384 numbers take 154 MB.
ROOM = 512 << 20
NEVER = -1  # no revision has this number
FLOAT_BYTES = 4
WASTE = 2  # rows for each that is searched, from which all are read anew

Documents = dict[ChunkId, DocumentId]


@dataclass
class _Held:
    vectors: ExactVectors | None = None  # None: not read yet, or too large to be held
    revision: int = NEVER
    lacking: Documents = field(default_factory=dict)  # visible, but without a vector so far
    following: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        self.vectors, self.revision, self.lacking = None, NEVER, {}

    @property
    def bytes(self) -> int:
        return 0 if self.vectors is None else self.vectors.bytes


@dataclass(frozen=True, slots=True)
class _Changes:
    born: Documents
    died: Set[ChunkId]


class NearestVectors:
    """Reads a knowledge base's vectors from SQL when they are first asked for, and holds them.

    Nobody waits for that but who asked first. What a commit changed is taken in by the next search.
    Those that were not used for longest are let go when there is no more room.
    """

    def __init__(self, entries: Entries, room: int = ROOM) -> None:
        self._entries = entries
        self._room = room  # bytes
        self._held: OrderedDict[tuple[KnowledgeBaseId, str], _Held] = OrderedDict()
        self._choosing = threading.Lock()

    def search(
        self,
        knowledge_base: KnowledgeBaseId,
        embedder: EmbedderIdentity,
        vector: Vector,
        limit: int,
        within: Set[DocumentId] | None,
    ) -> list[Hit] | None:
        """Best first; score is the cosine. `within` None: of all documents.

        None where the vectors would take more than the room, and while they are being read.
        """
        vectors = self._current(knowledge_base, embedder)
        return None if vectors is None else vectors.search(vector, limit, within)

    def hold(self, knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity) -> None:
        """Reads the vectors now, so that no question waits for it."""
        self._current(knowledge_base, embedder)

    def _current(
        self, knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity
    ) -> ExactVectors | None:
        """As the live revision shows them. None: see `search`."""
        key = (knowledge_base, embedder.key)
        with self._choosing:
            held = self._held.setdefault(key, _Held())
            self._held.move_to_end(key)
        if held.vectors is None and held.following.locked():
            return None
        with self._entries.database.read() as connection:
            revision = _live_revision(connection, knowledge_base)
        if held.revision != revision or held.lacking:
            with held.following:
                if not self._follow(held, knowledge_base, embedder):
                    held.forget()
                    self._follow(held, knowledge_base, embedder)
            self._make_room()
        return held.vectors

    def _follow(
        self, held: _Held, knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity
    ) -> bool:
        """Takes in what changed. False when it does not add up: what died and was erased since
        leaves no trace."""
        with self._entries.database.read() as connection:
            revision = _live_revision(connection, knowledge_base)
            shown = _shown(connection, knowledge_base)
            if shown * embedder.dimension * FLOAT_BYTES > self._room:
                held.forget()
                held.revision = revision
                return True
            since = NEVER if held.vectors is None else held.revision
            changes = _changes(connection, knowledge_base, since)
        vectors = held.vectors
        if vectors is None:
            vectors = ExactVectors(embedder.dimension)
        vectors.remove(changes.died)
        wanted = {chunk: of for chunk, of in held.lacking.items() if chunk not in changes.died}
        wanted |= changes.born
        self._take_in(vectors, embedder.key, wanted)
        held.lacking = {chunk: of for chunk, of in wanted.items() if chunk not in vectors}
        held.vectors, held.revision = vectors, revision
        adds_up = len(vectors) + len(held.lacking) == shown
        return adds_up and vectors.rows <= WASTE * max(len(vectors), 1)

    def _take_in(
        self, vectors: ExactVectors, embedder: str, documents: Mapping[ChunkId, DocumentId]
    ) -> None:
        for present, found in self._entries.with_vectors(embedder, list(documents)):
            vectors.add(present, [documents[chunk] for chunk in present], found)

    def _make_room(self) -> None:
        with self._choosing:
            while len(self._held) > 1 and self._taken() > self._room:
                self._held.popitem(last=False)

    def _taken(self) -> int:
        return sum(held.bytes for held in self._held.values())


def _live_revision(connection: Connection, knowledge_base: KnowledgeBaseId) -> int:
    """0 for a knowledge base that was just removed: it shows nothing."""
    query = select(knowledge_bases.c.live_revision).where(knowledge_bases.c.id == knowledge_base)
    return connection.scalar(query) or 0


def _changes(connection: Connection, knowledge_base: KnowledgeBaseId, since: int) -> _Changes:
    """Since that revision; `born` by document, those of one in reading order."""
    query = (
        select(visibility.c.chunk_id, chunks.c.document_id, visibility.c.died)
        .join(chunks, chunks.c.id == visibility.c.chunk_id)
        .where(visibility.c.knowledge_base_id == knowledge_base)
        .order_by(chunks.c.document_id, chunks.c.ordinal)
    )
    if since == NEVER:
        query = query.where(visibility.c.died.is_(None))
    else:
        query = query.where((visibility.c.born > since) | (visibility.c.died > since))
    rows = connection.execute(query).all()
    born = {row.chunk_id: row.document_id for row in rows if row.died is None}
    died = {row.chunk_id for row in rows} - born.keys()
    return _Changes(born, died)


def _shown(connection: Connection, knowledge_base: KnowledgeBaseId) -> int:
    """How many chunks, in all."""
    of_base = visibility.c.knowledge_base_id == knowledge_base
    query = select(func.count()).select_from(visibility).where(of_base, visibility.c.died.is_(None))
    return connection.scalar(query) or 0
