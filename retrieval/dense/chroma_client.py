"""The one Chroma client of a process: one writer at a time, and a new client after a failed write.

Chroma 1.5.9 keeps its rows in SQLite through sqlx 0.8.6, which does not notice that SQLite itself
ends a transaction when the disk is full. The connection counts one transaction too many from then
on; the next write that fails on it leaves a lock behind, and whoever writes after that waits for
it for 1,000 seconds, holding the lock of the Python interpreter, so that the process stands still
and no time limit of ours can run. Hence: no write begins without room on the disk, and after a
write that failed the client is closed, with all its connections, before the next one.
"""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import posix_fallocate
from pathlib import Path
from uuid import UUID

import chromadb
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import NotFoundError

from retrieval.dense.chroma_blanks import Blanks
from retrieval.dense.chroma_errors import chroma_errors_translated, unavailable_told
from retrieval.dense.chroma_files import Gate, erase_leftovers
from retrieval.dense.soundness import Soundness
from retrieval.errors import Unavailable
from retrieval.storage import storage_errors_told

ROOM = 4 << 20  # bytes that a write needs besides its vectors: pages, journal, the first files
COPIES = 4  # of each vector: in the log, its journal, the index and its growth

Room = Callable[[Path, int], None]


def require_room(root: Path, size: int) -> None:
    """Raises: OSError when the disk, a quota or a limit would not take that many bytes more."""
    with tempfile.TemporaryFile(dir=root) as file:
        posix_fallocate(file.fileno(), 0, size)


class Chroma:
    """`room` raises OSError when so many bytes do not fit into the folder."""

    def __init__(self, root: Path, room: Room = require_room) -> None:
        """Raises: Unavailable, StorageFull, StorageFailed."""
        self._root = root
        self._room = room
        self._gate = Gate()
        self._writing = threading.Lock()
        self._meeting = threading.Lock()
        self._blanks = Blanks(root)
        self._met: dict[UUID, Collection] = {}  # those that were read, by the present client
        self._in_doubt = self._closed = False
        with storage_errors_told():
            self._blanks.fill()  # what a crash left
        self._client: ClientAPI | None = _client(root)

    def find(self, name: str) -> UUID | None:
        """The collection of that name. Raises: Unavailable."""
        with unavailable_told():
            self._become_sound()
            with self._gate.entered(), chroma_errors_translated():
                try:
                    found: UUID = self._living().get_collection(name, embedding_function=None).id
                except NotFoundError:
                    return None
                return found

    @contextmanager
    def reading(self, name: str, id: UUID) -> Iterator[Collection]:
        """Raises: Unavailable, also when the disk is the reason: then searches go by keywords."""
        with unavailable_told():
            self._become_sound()
            self._meet(name, id)
            with self._gate.entered(), chroma_errors_translated():
                yield self._handle(name, id)

    @contextmanager
    def writing(self, size: int = 0) -> Iterator[ClientAPI]:
        """`size` of the vectors in bytes. Raises: Unavailable, StorageFull, StorageFailed."""
        with self._ready(size) as client, self._gate.entered(), self._watched():
            yield client

    @contextmanager
    def writing_collection(self, name: str, id: UUID, size: int = 0) -> Iterator[Collection]:
        """The same for one collection."""
        with self.writing(size):
            yield self._handle(name, id)

    @contextmanager
    def erasing(self) -> Iterator[ClientAPI]:
        """The same while nobody reads; afterwards the files hold nothing of what was deleted."""
        with self._ready(0) as client, self._gate.alone():
            self._met.clear()
            with self._watched():
                yield client
            with storage_errors_told():
                erase_leftovers(self._root)

    def soundness(self) -> Soundness:
        """Asks the disk only when a write has failed. Opens nothing."""
        if self._is_sound():
            return Soundness.SOUND
        return Soundness.REOPENS if self._has_room() else Soundness.WAITS_FOR_ROOM

    def close(self) -> None:
        """Closing twice is harmless."""
        self._closed = True
        if self._client is not None:
            self._client.close()
            self._client = None
            with suppress(OSError):  # the next start does it
                self._blanks.fill()

    @contextmanager
    def _ready(self, size: int) -> Iterator[ClientAPI]:
        """One writer at a time, with a sound client and with room."""
        with self._writing:
            with storage_errors_told():
                self._reopen_unless_sound()
                self._room(self._root, ROOM + COPIES * size)
            try:
                yield self._living()
            finally:
                self._blank()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """After any failure the client is in doubt. Some of Chroma's do not say that it is the
        disk: then the disk is asked."""
        with chroma_errors_translated():
            try:
                yield
            except NotFoundError:
                raise
            except BaseException:
                self._in_doubt = True
                self._room(self._root, ROOM)
                raise

    def _become_sound(self) -> None:
        """For readers, who do not wait for a writer: he did this before he began."""
        if self._is_sound() or not self._writing.acquire(blocking=False):
            return
        try:
            with storage_errors_told():
                self._reopen_unless_sound()
        finally:
            self._writing.release()

    def _reopen_unless_sound(self) -> None:
        """Not before there is room: even a reader makes Chroma write what is owed."""
        if self._is_sound() or self._closed:
            return
        self._room(self._root, ROOM)
        with self._gate.alone():
            self._met.clear()
            if self._client is not None:
                self._client.close()
                self._client = None
            self._client = _client(self._root)
            self._in_doubt = False

    def _is_sound(self) -> bool:
        return self._client is not None and not self._in_doubt

    def _meet(self, name: str, id: UUID) -> None:
        """The first time that a collection is read, Chroma writes: what was left unfinished, and
        the first files of an index. One at a time, for a failure puts the client in doubt."""
        if id in self._met:
            return
        with self._meeting:
            if self._in_doubt:
                raise Unavailable("The vector index is busy. Please try again in a minute.")
            with self._gate.entered(), chroma_errors_translated():
                collection = self._handle(name, id)
                try:
                    collection.get(limit=1, include=[])
                except BaseException:
                    self._in_doubt = not self._has_room()
                    raise
                self._met[id] = collection
        # A writer who is at work now does so when done; no search waits for that.
        if self._writing.acquire(blocking=False):
            try:
                self._blank()
            finally:
                self._writing.release()

    def _handle(self, name: str, id: UUID) -> Collection:
        """By its name and id: another may have taken the name over."""
        if met := self._met.get(id):
            return met
        handle = self._living().get_collection(name, embedding_function=None)
        if handle.id != id:
            raise NotFoundError("another took its place")
        return handle

    def _living(self) -> ClientAPI:
        if self._client is None:
            raise Unavailable("The vector index is closed. Please try again in a minute.")
        return self._client

    def _has_room(self) -> bool:
        try:
            self._room(self._root, ROOM)
        except OSError:
            return False
        return True

    def _blank(self) -> None:
        with storage_errors_told():
            if self._blanks.are_due():
                with self._gate.alone():
                    self._blanks.fill()


def _client(root: Path) -> ClientAPI:
    # `_env_file=None`: Chroma would read its settings from any `.env` in the working directory.
    settings = Settings(_env_file=None, anonymized_telemetry=False)
    try:
        with chroma_errors_translated():
            return chromadb.PersistentClient(path=str(root), settings=settings)
    except BaseException:
        # Chroma keeps a client that failed to start, and would hand it out again for this path.
        SharedSystemClient.clear_system_cache()
        raise
