"""The vector index on disk: one Chroma collection per knowledge base and embedder."""

import fcntl
import hashlib
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO
from uuid import UUID

from chromadb.api import ClientAPI

from retrieval.dense.chroma_client import Chroma, Room, require_room
from retrieval.dense.soundness import Soundness
from retrieval.errors import Conflict, Unavailable
from retrieval.ports import EmbedderIdentity, Hit
from retrieval.types import ChunkId, KnowledgeBaseId, Vector

LOCK_NAME = "colophon.lock"
DRAFT = "n"  # ends the name of a collection that is to take another's place
# Chroma keeps all of Python waiting while it takes a call: 5,000 vectors 3 s, these 0.2 s.
BATCH = 250
# Chroma's own 100 would cap a search at 100 hits of fair quality; over-fetching asks for more.
HNSW = {"space": "cosine", "ef_search": 200}


@dataclass(frozen=True, slots=True)
class ChromaIndex:
    chroma: Chroma
    name: str
    id: UUID

    def add(self, chunks: Sequence[ChunkId], vectors: Vector) -> None:
        """`vectors` are unit length, (len(chunks), dim) float32. An id that is there stays.

        `add` and never `upsert`: an upsert of present ids runs at 150 a second and merges what
        it should replace. Raises: Unavailable, StorageFull, StorageFailed.
        """
        rows = {chunk: row for row, chunk in enumerate(chunks)}  # Chroma refuses twins in a call
        ids = list(rows)
        for batch in _batches(ids):
            embeddings = vectors[[rows[chunk] for chunk in batch]]
            with self.chroma.writing_collection(self.name, self.id, embeddings.nbytes) as writer:
                writer.add(ids=list(batch), embeddings=embeddings)

    def remove(self, chunks: Sequence[ChunkId]) -> None:
        """Raises: Unavailable, StorageFull, StorageFailed."""
        for batch in _batches(chunks):
            with self.chroma.writing_collection(self.name, self.id) as writer:
                writer.delete(ids=list(batch))

    def search(self, vector: Vector, limit: int) -> list[Hit]:
        """Best first; score is the cosine. Raises: Unavailable."""
        if limit < 1:
            return []
        with self.chroma.reading(self.name, self.id) as collection:
            found = collection.query(
                query_embeddings=vector[None, :], n_results=limit, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [
            Hit(ChunkId(chunk), 1.0 - distance)
            for chunk, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def ids(self) -> frozenset[ChunkId]:
        """Raises: Unavailable."""
        with self.chroma.reading(self.name, self.id) as collection:
            return frozenset(ChunkId(chunk) for chunk in collection.get(include=[])["ids"])


class ChromaIndexes:
    """The one Chroma client of the one process that may use this folder.

    Make it after any fork. A second process would hang for minutes in SQLite and can corrupt the
    index, so a lock file refuses it at once.
    """

    def __init__(self, root: Path, room: Room = require_room) -> None:
        """Raises: Conflict when another Colophon process uses the folder, Unavailable."""
        root.mkdir(parents=True, exist_ok=True)
        self._lock_file = _locked(root / LOCK_NAME)
        self._opened: dict[str, ChromaIndex] = {}
        self._opening = threading.Lock()
        try:
            self._chroma = _readable(root, room)
        except BaseException:
            self._lock_file.close()
            raise

    def open(self, knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity) -> ChromaIndex:
        """Makes the collection when there is none. Raises: Unavailable."""
        name = _collection_name(knowledge_base, embedder)
        if index := self._opened.get(name):
            return index  # no search waits for a knowledge base that is being made
        with self._opening:
            index = self._opened.get(name)
            if index is None:
                index = self._opened[name] = self._collection(name)
            return index

    def rewrite(
        self,
        knowledge_base: KnowledgeBaseId,
        embedder: EmbedderIdentity,
        batches: Iterable[tuple[Sequence[ChunkId], Vector]],
    ) -> None:
        """A new collection of these alone takes the old one's place; the old one's files go.

        The old one is searched until then. Deleted vectors stay in a collection's files as long
        as it lives, and in Chroma's database even longer. Raises: Unavailable.
        """
        name = _collection_name(knowledge_base, embedder)
        draft = f"{name}{DRAFT}"  # `drop` sees that it is of this knowledge base
        with self._chroma.writing() as client:
            _delete(client, draft)
        fresh = self._collection(draft)
        for chunks, vectors in batches:
            fresh.add(chunks, vectors)
        with self._opening, self._chroma.erasing() as client:
            self._opened.pop(name, None)
            _delete(client, name)
            client.get_collection(draft, embedding_function=None).modify(name=name)
            self._opened[name] = replace(fresh, name=name)

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        """Removes the collections of every embedder. Raises: Unavailable."""
        self._drop(knowledge_base, keep="")

    def drop_others(self, knowledge_base: KnowledgeBaseId, keep: EmbedderIdentity) -> None:
        """Removes the collections of every embedder but this one. Raises: Unavailable."""
        self._drop(knowledge_base, _collection_name(knowledge_base, keep))

    def _collection(self, name: str) -> ChromaIndex:
        id = self._chroma.find(name)  # before it is made: that needs room on the disk
        if id is None:
            with self._chroma.writing() as client:
                id = client.create_collection(
                    name, embedding_function=None, configuration={"hnsw": HNSW}
                ).id
        return ChromaIndex(self._chroma, name, id)

    def _drop(self, knowledge_base: KnowledgeBaseId, keep: str) -> None:
        with self._opening, self._chroma.writing() as client:
            for name in [collection.name for collection in client.list_collections()]:
                if name.rpartition("-")[0] == knowledge_base and name != keep:
                    client.delete_collection(name)
                    self._opened.pop(name, None)

    def soundness(self) -> Soundness:
        return self._chroma.soundness()

    def close(self) -> None:
        """Gives the folder back. Closing twice is harmless."""
        self._opened.clear()
        self._chroma.close()
        self._lock_file.close()


def _readable(root: Path, room: Room) -> Chroma:
    """What cannot be opened is thrown away: it is a cache, and `Index.sync` fills it from SQL."""
    try:
        return Chroma(root, room)
    except Unavailable:
        for path in root.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != LOCK_NAME:
                path.unlink()
        return Chroma(root, room)


def _delete(client: ClientAPI, name: str) -> None:
    if name in {collection.name for collection in client.list_collections()}:
        client.delete_collection(name)


def _locked(path: Path) -> TextIO:
    """The open file that holds the lock; closing it, or the end of the process, gives it back."""
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise Conflict(
            f"Another Colophon process (number {holder or 'unknown'}) uses this index. "
            "Stop it, or give this one another data folder."
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _batches(ids: Sequence[ChunkId]) -> Iterator[Sequence[ChunkId]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _collection_name(knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity) -> str:
    return f"{knowledge_base}-{hashlib.sha256(embedder.key.encode()).hexdigest()[:12]}"
