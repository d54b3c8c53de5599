"""The bytes of every version, by their sha256. Written whole or not at all."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from retrieval.errors import StorageFull, TooLarge
from retrieval.storage import storage_errors_told

INCOMING = "incoming"  # what is not whole yet, and what goes
PIECE = 1 << 20  # bytes read at once
MIB = 1 << 20


def free_bytes(folder: Path) -> int:
    """On the disk of the folder, for whoever is not root."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class StoredBlob:
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Blobs:
    root: Path
    reserve: int = 0  # bytes that stay free, for what is made of the files and for the database
    free: Callable[[Path], int] = free_bytes
    fsync: Callable[[int], object] = os.fsync  # of a descriptor

    def require_room(self, size: int) -> None:
        """Raises: StorageFull when a file of that many bytes would eat into the reserve."""
        if self.reserve == 0:
            return
        self.root.mkdir(parents=True, exist_ok=True)
        free = self.free(self.root)
        if free < size + self.reserve:
            raise StorageFull(
                f"The server's disk is nearly full: {free // MIB:,} MiB are free, and "
                f"{(size + self.reserve) // MIB:,} MiB are needed for this file and what is made "
                "of it. Ask an administrator to make room, then try again."
            )

    def put(
        self, content: BinaryIO, *, max_bytes: int, check: Callable[[Path], object] = Path.stat
    ) -> StoredBlob:
        """Stores the stream. The same bytes twice are one file.

        Raises: TooLarge, StorageFull, StorageFailed, or what `check` raises of the whole file; then
        nothing stays behind.
        """
        with storage_errors_told():
            self.require_room(_size(content))
            return self._put(content, max_bytes, check)

    def _put(
        self, content: BinaryIO, max_bytes: int, check: Callable[[Path], object]
    ) -> StoredBlob:
        incoming = self.root / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(descriptor, "wb") as file:
                blob = _copy(content, file, max_bytes)
                file.flush()
                self.fsync(file.fileno())
            check(Path(name))
            self._keep(Path(name), blob.sha256)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()
        return blob

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)

    def remove_older(self, sha256: str, before: datetime) -> bool:
        """Removes it unless somebody stored these bytes again since; says whether it went."""
        path = self.path(sha256)
        aside = self.root / INCOMING / f"{sha256}.old"
        aside.parent.mkdir(parents=True, exist_ok=True)
        # Taken aside first: whoever stores the same bytes now puts a file of his own in its place.
        try:
            path.rename(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime >= before.timestamp():
            aside.rename(path)
            return False
        aside.unlink()
        return True

    def is_intact(self, sha256: str) -> bool:
        """Whether the file is there and still has the bytes that its name says."""
        path = self.path(sha256)
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def names(self) -> Iterator[str]:
        for path in self.root.glob("??/*"):
            yield path.name

    def _keep(self, temporary: Path, sha256: str) -> None:
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
        # The rename itself must survive a power cut, not only the bytes.
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            self.fsync(folder)
        finally:
            os.close(folder)


def _size(content: BinaryIO) -> int:
    """In bytes; 0 for a stream, which does not say."""
    if not content.seekable():
        return 0
    here = content.tell()
    size = content.seek(0, os.SEEK_END)
    content.seek(here)
    return size - here


def _copy(content: BinaryIO, file: BinaryIO, max_bytes: int) -> StoredBlob:
    digest, size = hashlib.sha256(), 0
    while piece := content.read(PIECE):
        size += len(piece)
        if size > max_bytes:
            raise TooLarge(f"The file is larger than the limit of {max_bytes // (1 << 20)} MB.")
        digest.update(piece)
        file.write(piece)
    return StoredBlob(digest.hexdigest(), size)
