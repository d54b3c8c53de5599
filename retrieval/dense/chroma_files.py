"""Chroma's files: what it forgets to delete, and the one moment in which they may be touched."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from retrieval.errors import Unavailable

DATABASE = "chroma.sqlite3"
PATIENCE = 30.0  # seconds; a search takes milliseconds, and VACUUM of 100,000 vectors a few seconds


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
