"""Reads attached files in the background: in the sandbox, then in pieces, then by meaning.

The bytes wait in the file's row, so a restart reads on; they go when the reading ends.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

import numpy as np
import structlog
from sqlalchemy import Row

from app.attachments.contents import Contents, columns_of, embedded_texts_of, packed
from app.attachments.rows import NO_ATTACHMENT, AttachmentRows
from ingestion.embedding import batches
from ingestion.making import Maker
from ingestion.parsing.parse import Parsed
from retrieval.errors import KnowledgeBaseError, NotFound, Overloaded, TooLarge, Unavailable
from retrieval.types import Vector

AT_A_TIME: Final = 2  # files
MOST_TRIES: Final = 3  # starts of the server that may find the same file unread
PATIENCE: Final = 300  # looks at a model that loads
WAIT_SECONDS: Final = 2.0  # between two looks
UNEXPECTED: Final = "Something went wrong inside Colophon. The log has the details."
GAVE_UP: Final = "Colophon was stopped several times while it read this file. Attach it again."
STOPPING: Final = "Colophon is shutting down; no more files are read."
NO_MODEL: Final = "The embedding model did not answer while this file was read. Attach it again."

T = TypeVar("T")
Parse = Callable[[Path, str, str, Callable[[int, int], None]], Parsed]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FileReading:
    """`parse`: path, media type, filename and a listener for (pages done, of so many)."""

    rows: AttachmentRows
    parse: Parse
    maker: Maker
    max_passages: int
    folder: Path  # of files while they are read
    progress: dict[str, tuple[int, int]] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _readers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(AT_A_TIME, "attachment")
    )

    def begin(self, attachment: str, media_type: str, filename: str) -> None:
        """Returns at once."""
        self.progress[attachment] = (0, 0)
        reading = self._readers.submit(self._read, attachment, media_type, filename)
        reading.add_done_callback(partial(self._ended, attachment))

    def resume(self) -> None:
        """At a start: what the last process did not finish."""
        for row in self.rows.being_read():
            if row.tries >= MOST_TRIES:
                self._fail(row.id, GAVE_UP)
                continue
            self.rows.change(row.id, tries=row.tries + 1)
            self.begin(row.id, row.media_type, row.filename)

    def embed_again(self, row: Row[Any]) -> None:
        """After a change of the embedder. Returns at once; until it is done, words must do."""
        if row.id not in self.progress:
            self.progress[row.id] = (0, 0)
            embedding = self._readers.submit(self._embed_again, row.id, embedded_texts_of(row))
            embedding.add_done_callback(partial(self._ended, row.id))

    def close(self) -> None:
        """What is being read is read again at the next start."""
        self._stopping.set()
        # Not waited for: the parser's server, which closes next, ends what it reads.
        self._readers.shutdown(wait=False, cancel_futures=True)

    def _read(self, attachment: str, media_type: str, filename: str) -> None:
        content = self.rows.content(attachment)
        if content is None:
            return
        try:
            contents = self._contents(attachment, content, media_type, filename)
        except KnowledgeBaseError as error:
            if not self._stopping.is_set():
                self._fail(attachment, str(error))
            return
        self.rows.change(attachment, state="ready", content=None, **columns_of(contents))

    def _contents(
        self, attachment: str, content: bytes, media_type: str, filename: str
    ) -> Contents:
        def heard(done: int, total: int) -> None:
            self.progress[attachment] = (done, total)

        self.folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.folder) as folder:
            path = Path(folder) / "file"
            path.write_bytes(content)
            parsed = self.parse(path, media_type, filename, heard)
        title = parsed.title or filename
        pieces = self._patiently(lambda: self.maker.chunker.chunk(title, parsed.blocks))
        if len(pieces) > self.max_passages:
            raise TooLarge(
                f"{filename} is too long to be attached: it makes {len(pieces):,} passages; at "
                f"most {self.max_passages:,} are taken. Attach the part that you ask about."
            )
        vectors = self._embedded(attachment, [piece.embedded_text for piece in pieces])
        key = self.maker.embedder.identity.key
        return Contents(Parsed(title, parsed.blocks, parsed.pages), pieces, key, vectors)

    def _embedded(self, attachment: str, texts: list[str]) -> Vector:
        dimension = self.maker.embedder.identity.dimension
        vectors = np.zeros((len(texts), dimension), np.float32)
        for batch in batches({str(number): text for number, text in enumerate(texts)}):
            if self.rows.is_gone(attachment):
                raise NotFound(NO_ATTACHMENT)
            numbers = [int(number) for number in batch]
            wanted = [texts[number] for number in numbers]
            vectors[numbers] = self._patiently(partial(self.maker.embedder.embed_passages, wanted))
        return vectors

    def _embed_again(self, attachment: str, texts: list[str]) -> None:
        key = self.maker.embedder.identity.key
        try:
            vectors = self._embedded(attachment, texts)
        except (NotFound, Unavailable):
            return  # the next question tries again
        self.rows.change(attachment, embedder=key, vectors=packed(vectors))

    def _patiently(self, ask: Callable[[], T]) -> T:
        """Waits for a model that loads. Raises: Unavailable."""
        for _ in range(PATIENCE):
            if self._stopping.is_set():
                raise Unavailable(STOPPING)
            try:
                return ask()
            except (Unavailable, Overloaded):
                self._stopping.wait(WAIT_SECONDS)
        raise Unavailable(NO_MODEL)

    def _fail(self, attachment: str, sentence: str) -> None:
        self.rows.change(attachment, state="failed", content=None, error=sentence)

    def _ended(self, attachment: str, reading: Future[None]) -> None:
        self.progress.pop(attachment, None)
        error = None if reading.cancelled() else reading.exception()
        if error is not None:
            log.error("attachment.failed", exc_info=error)
            self._fail(attachment, UNEXPECTED)
