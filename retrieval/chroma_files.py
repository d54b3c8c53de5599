"""Chroma's files: what it forgets to delete, and the one moment in which they may be touched."""

import os
import shutil
import sqlite3
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from retrieval.errors import Unavailable

DATABASE = "chroma.sqlite3"
PATIENCE = 30.0  # seconds; a search takes milliseconds, and VACUUM of 100,000 vectors a few seconds

HEADER, DATA, LENGTHS = "header.bin", "data_level0.bin", "length.bin"
# hnswlib's HEADER_FIELDS as far as they are needed here, packed: version, offset, capacity,
# elements written so far, bytes of each in `DATA`.
HEADER_FIELDS = struct.Struct("<iQQQQ")
LENGTH_BYTES = 4


class Gate:
    """Many may be inside at once, or one may be alone. Nobody waits for ever.

    Not to be entered twice by the same thread.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._taken = False
        self._patience = patience  # seconds

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Raises: Unavailable."""
        with self._changed:
            self._wait_until_free()
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """From now on nobody enters; those who are inside come out first. Raises: Unavailable."""
        with self._changed:
            self._wait_until_free()
            self._taken = True
        try:
            with self._changed:
                if not self._changed.wait_for(lambda: not self._inside, self._patience):
                    raise _busy()
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()

    def _wait_until_free(self) -> None:
        if not self._changed.wait_for(lambda: not self._taken, self._patience):
            raise _busy()


def _busy() -> Unavailable:
    return Unavailable("The vector index is busy. Please try again in a minute.")


def erase_leftovers(root: Path) -> None:
    """Folders of deleted collections, and the freed pages of the database, where vectors stay.

    To be called when nobody uses Chroma: it reads its database through a library of its own, whose
    locks are void once this process opens the file a second time.
    """
    with closing(sqlite3.connect(root / DATABASE)) as connection:
        used = {name for (name,) in connection.execute("SELECT id FROM segments")}
        connection.execute("VACUUM")
    for folder in root.iterdir():
        if folder.is_dir() and folder.name not in used:
            shutil.rmtree(folder)


class Blanks:
    """Zeros where hnswlib writes what lay in memory by chance.

    When it makes an index it writes room for 100 elements out of memory that it did not clear:
    pieces of whatever this process freed before, be it the id or the words of a purged passage.
    Later it writes elements alone, each of them cleared first. So it is enough to look at files
    that changed, and at what lies behind the elements that the header counts.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: dict[str, tuple[int, int]] = {}  # by folder: nanoseconds, of the two files

    def are_due(self) -> bool:
        """Whether some file was written since the last time."""
        return any(_moments(folder) != self._seen.get(folder.name) for folder in self._folders())

    def fill(self) -> None:
        """To be called when nobody uses Chroma: a count that moves would cost live vectors."""
        folders = self._folders()
        for folder in folders:
            if _moments(folder) != self._seen.get(folder.name):
                _blank(folder)
        self._seen = {folder.name: _moments(folder) for folder in folders}

    def _folders(self) -> list[Path]:
        return [header.parent for header in self._root.glob(f"*/{HEADER}")]


def _moments(folder: Path) -> tuple[int, int]:
    """When the two files were last written; 0 for one that is not there."""
    data, lengths = (_moment(folder / name) for name in (DATA, LENGTHS))
    return data, lengths


def _moment(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _blank(folder: Path) -> None:
    header = (folder / HEADER).read_bytes()
    if len(header) < HEADER_FIELDS.size:
        return  # its writing failed; Chroma cannot open it either, and it will be made anew
    _, _, _, elements, size = HEADER_FIELDS.unpack_from(header)
    _zero(folder / DATA, elements * size)
    _zero(folder / LENGTHS, elements * LENGTH_BYTES)


def _zero(path: Path, start: int) -> None:
    """From that byte to the end; in place, for Chroma holds the file open."""
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        return
    with file:
        end = file.seek(0, os.SEEK_END)
        if start < end:
            file.seek(start)
            file.write(bytes(end - start))
