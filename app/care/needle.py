"""A sentence to look for, in the forms in which a file or a column may hold it."""

import json
import mmap
import re
from dataclasses import dataclass
from pathlib import Path

SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Needle:
    """White space between its words may be any; letters are taken as they are written."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, sentence: str) -> "Needle":
        return cls(tuple(SPACE.split(sentence.strip())))

    @property
    def like(self) -> str:
        """A pattern of SQL's LIKE that no row with the sentence escapes; `\\` is its escape."""
        return f"%{'%'.join(_escaped(word) for word in self.words)}%"

    @property
    def like_in_json(self) -> str:
        """The same where the column keeps JSON with every letter beyond ASCII written out."""
        written = (json.dumps(word)[1:-1] for word in self.words)
        return f"%{'%'.join(_escaped(word) for word in written)}%"

    def is_in(self, text: str) -> bool:
        """In text, or in JSON that holds such text."""
        forms = (self.words, tuple(json.dumps(word)[1:-1] for word in self.words))
        gap = r"(?:\s|\\[nrt])+"
        return any(re.search(gap.join(map(re.escape, form)), text) for form in forms)

    def is_in_file(self, path: Path) -> bool:
        """Byte by byte: UTF-8, UTF-16, and JSON's escapes."""
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return any(pattern.search(content) for pattern in self._bytes())

    def _bytes(self) -> list[re.Pattern[bytes]]:
        written = [json.dumps(word)[1:-1].encode() for word in self.words]
        forms = [
            (rb"(?:\s|\\[nrt])+", [word.encode() for word in self.words]),
            (rb"(?:\s|\\[nrt])+", written),
            (rb"(?:\s\x00)+", [word.encode("utf-16-le") for word in self.words]),
        ]
        return [re.compile(gap.join(map(re.escape, words))) for gap, words in forms]


def _escaped(word: str) -> str:
    for special in ("\\", "%", "_"):
        word = word.replace(special, "\\" + special)
    return word
