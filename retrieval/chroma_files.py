"""Chroma's files: what it forgets to delete, and the one moment in which they may be touched."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

DATABASE = "chroma.sqlite3"


class Gate:
    """Many may be inside at once, or one may be alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._taken = False

    @contextmanager
    def entered(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._taken)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._taken and not self._inside)
            self._taken = True
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()


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
