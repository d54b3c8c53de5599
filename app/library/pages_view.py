"""The pages of a document as pictures: of the live version, only within one's scope."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from anyio import to_thread

from app.library.reading import Reading
from app.library.turns import Turns
from app.shapes.library import PageSizeOut, PagesOut
from ingestion.page_pictures import StoredFile
from retrieval.errors import Unavailable
from retrieval.types import DocumentId, Scope

AT_A_TIME: Final = 2  # pages that are drawn, of everybody together
_AS_DRAWN: Final = 1  # grows when the same file begins to look different


class PageDrawing(Protocol):
    def sizes(self, file: StoredFile) -> list[tuple[float, float]]:
        """Raises: NotFound without pages or file, Unreadable, Unavailable."""
        ...

    def picture(self, file: StoredFile, page: int, width: int) -> bytes:
        """Raises: as `sizes`."""
        ...


@dataclass(frozen=True, slots=True)
class PageWanted:
    document: DocumentId
    version: int  # from 1
    page: int  # from 1
    width: int  # pixels, at most


@dataclass(frozen=True, slots=True)
class PagesView:
    """`now`: what the asker may read at the moment it is called; a page may wait for its turn.

    `asker`: id of a user, so that nobody waits behind all the pages that another scrolls through.
    """

    reading: Reading
    drawing: PageDrawing
    turns: Turns = field(default_factory=lambda: Turns(AT_A_TIME))

    async def sizes(
        self, document: DocumentId, version: int, now: Callable[[], Scope], asker: str
    ) -> PagesOut:
        """Raises: NotFound, Unreadable, Unavailable; or what `now` raises."""
        file = await self._file(document, version, now)
        async with self.turns.of(asker):
            sizes = await to_thread.run_sync(self.drawing.sizes, file)
        await self._file(document, version, now)
        return PagesOut(pages=[PageSizeOut(width=width, height=height) for width, height in sizes])

    async def file(self, wanted: PageWanted, now: Callable[[], Scope]) -> StoredFile:
        """Raises: NotFound when it may not be read, or is not live; or what `now` raises."""
        return await self._file(wanted.document, wanted.version, now)

    async def picture(
        self,
        file: StoredFile,
        wanted: PageWanted,
        asker: str,
        is_gone: Callable[[], Awaitable[bool]],
    ) -> bytes:
        """Draws nothing for who has scrolled on while it waited.

        Raises: NotFound, Unreadable, Unavailable.
        """
        async with self.turns.of(asker):
            if await is_gone():
                raise Unavailable("Nobody waits for this page any more.")
            return await to_thread.run_sync(self.drawing.picture, file, wanted.page, wanted.width)

    async def _file(
        self, document: DocumentId, version: int, now: Callable[[], Scope]
    ) -> StoredFile:
        return await to_thread.run_sync(lambda: self.reading.version(document, version, now()))


def tag_of(file: StoredFile, wanted: PageWanted) -> str:
    """The same for the same picture, known before it is drawn."""
    return f'"{file.sha256[:32]}-{wanted.page}-{wanted.width}-{_AS_DRAWN}"'
