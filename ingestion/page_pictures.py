"""The pages of a stored file as pictures, drawn in a sandboxed child each."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ingestion.blobs import Blobs
from ingestion.parsing import media, wire
from ingestion.parsing.hearing import Answer, Hearing, answered
from ingestion.parsing.limits import MIB, ParseLimits
from ingestion.parsing.media import format_of
from ingestion.parsing.server import ForkServer
from retrieval.errors import NotFound, Unavailable

WIDTHS: Final = (600, 1000, 1600)  # pixels; few, so that browsers ask for the same again
PICTURE_TYPE: Final = "image/webp"
_SECONDS: Final = 20.0  # of one page; people wait for it
_MEMORY: Final = 1024 * MIB


@dataclass(frozen=True, slots=True)
class StoredFile:
    sha256: str
    media_type: str
    filename: str


@dataclass(frozen=True, slots=True)
class PagePictures:
    blobs: Blobs
    limits: ParseLimits
    server: ForkServer

    def sizes(self, file: StoredFile) -> list[tuple[float, float]]:
        """Width and height of each page, in the units of its boxes.

        Raises: NotFound without pages or file, Unreadable, Unavailable.
        """
        sizes = self._asked(file, wire.Look())["sizes"]
        return [(float(width), float(height)) for width, height in sizes]

    def picture(self, file: StoredFile, page: int, width: int) -> bytes:
        """A WebP, at most `width` pixels wide. `page` from 1. Raises: as `sizes`."""
        return wire.decode_picture(self._asked(file, wire.Look(page, width))["picture"])

    def _asked(self, file: StoredFile, look: wire.Look) -> Answer:
        if not has_pages(file.media_type):
            raise NotFound("This kind of document has no pages to show. Its text is there.")
        if not self.blobs.path(file.sha256).is_file():
            raise NotFound("The original file is no longer stored.")
        try:
            return self._answered(file, look)
        except Unavailable:  # the server of children has ended over another file
            return self._answered(file, look)

    def _answered(self, file: StoredFile, look: wire.Look) -> Answer:
        memory = min(self.limits.memory_bytes, _MEMORY)
        limits = replace(self.limits, seconds=_SECONDS, memory_bytes=memory)
        path = self.blobs.path(file.sha256)

        def request(folder: Path) -> wire.Request:
            return wire.Request(path, file.media_type, file.filename, limits, folder, look)

        hearing = Hearing(file.filename, limits, _unheard)
        return answered(self.server, request, hearing, "sizes" if look.page is None else "picture")


def has_pages(media_type: str) -> bool:
    """Whether its pages can be drawn: it is a PDF or a picture."""
    known = format_of(media_type)
    return known is not None and (media_type == media.PDF or known.reader == "image")


def _unheard(_done: int, _total: int) -> None:
    """One page has no progress."""
