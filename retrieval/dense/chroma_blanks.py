"""Zeros where hnswlib, which keeps Chroma's vectors, writes memory that it did not clear."""

import os
import struct
from pathlib import Path

HEADER, DATA, LENGTHS = "header.bin", "data_level0.bin", "length.bin"
# hnswlib's HEADER_FIELDS as far as they are needed here, packed: version, offset, capacity,
# elements written so far, bytes of each in `DATA`.
HEADER_FIELDS = struct.Struct("<iQQQQ")
LENGTH_BYTES = 4


class Blanks:
    """Knows which files were written since it looked last.

    When hnswlib makes an index it writes room for 100 elements out of memory that it did not clear:
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
    elements = size = 0
    if len(header) >= HEADER_FIELDS.size:  # else its writing failed, and it will be made anew
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
