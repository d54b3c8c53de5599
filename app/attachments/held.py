"""Files of conversations as they are searched, held in memory from one question to the next.

Only a copy: each question asks SQL which files its conversation has, so what was removed is never
searched. Here it is dropped at once, or, when its conversation went, within a minute.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from retrieval.search.attached import AttachedFiles

# Of all conversations together. A passage takes 8 kB with its words and a vector of 384 numbers.
MOST_PASSAGES: Final = 6_000
Version = tuple[str, str | None]  # id of a file, and the embedder that made its vectors


@dataclass(frozen=True, slots=True)
class _Held:
    of: tuple[Version, ...]
    files: AttachedFiles


@dataclass(frozen=True, slots=True)
class HeldFiles:
    """Those that were asked last, up to `most` passages."""

    most: int = MOST_PASSAGES
    _held: OrderedDict[str, _Held] = field(default_factory=OrderedDict)  # least recent first
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(
        self, conversation: str, versions: Sequence[Version], load: Callable[[], AttachedFiles]
    ) -> AttachedFiles:
        """What is held of exactly these; else what `load` makes, which is held from now on.

        Not while vectors are missing: each question loads anew, until they are made.
        """
        wanted = tuple(versions)
        with self._lock:
            held = self._held.get(conversation)
            if held is not None and held.of == wanted:
                self._held.move_to_end(conversation)
                return held.files
        files = load()
        if files.by_words_alone:
            return files
        with self._lock:
            self._held[conversation] = _Held(wanted, files)
            self._held.move_to_end(conversation)
            self._shrink()
        return files

    def forget(self, attachments: Collection[str]) -> None:
        """With the other files of their conversations, which the next question loads again."""
        with self._lock:
            for conversation, held in list(self._held.items()):
                if any(file in attachments for file, _ in held.of):
                    del self._held[conversation]

    @property
    def attachments(self) -> frozenset[str]:
        with self._lock:
            return frozenset(file for held in self._held.values() for file, _ in held.of)

    def _shrink(self) -> None:
        passages = sum(len(held.files.passages) for held in self._held.values())
        while passages > self.most:
            _, dropped = self._held.popitem(last=False)
            passages -= len(dropped.files.passages)
