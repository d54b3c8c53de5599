"""What the app and a child say to each other: one JSON object a line. Never pickle."""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from ingestion.parsing.limits import ParseLimits
from retrieval.types import Block, BlockKind, Box

EXIT_NETWORK: Final = 77  # the reader reached for the network and was ended
EXIT_MEMORY: Final = 78
_PARTS: Final = attrgetter(*(field.name for field in fields(Box)))
RESULT_BYTES: Final = 256 * 1024 * 1024  # longest line that the app takes


@dataclass(frozen=True, slots=True)
class Look:
    """Not the text of a file is wanted, but a page as a picture, or the sizes of all its pages."""

    page: int | None = None  # from 1; None: sizes
    width: int = 0  # pixels of the picture, at most


@dataclass(frozen=True, slots=True)
class Request:
    path: Path
    media_type: str
    filename: str  # what people call it
    limits: ParseLimits
    folder: Path  # private to the child
    look: Look | None = None


def encode_request(request: Request) -> bytes:
    plainly = {
        "path": str(request.path.absolute()),
        "media_type": request.media_type,
        "filename": request.filename,
        "limits": asdict(request.limits),
        "folder": str(request.folder),
        "look": asdict(request.look) if request.look else None,
    }
    return json.dumps(plainly).encode() + b"\n"


def decode_request(line: bytes) -> Request:
    said = json.loads(line)
    limits = ParseLimits(**said["limits"])
    path, folder = Path(said["path"]), Path(said["folder"])
    look = Look(**said["look"]) if said["look"] else None
    return Request(path, said["media_type"], said["filename"], limits, folder, look)


def encode_progress(done: int, total: int) -> bytes:
    return json.dumps({"progress": [done, total]}).encode() + b"\n"


def encode_scanned() -> bytes:
    """A picture is being read, which is allowed time of its own."""
    return json.dumps({"scanned": 1}).encode() + b"\n"


def encode_missing(fences: Sequence[str]) -> bytes:
    """Fences that this machine's kernel does not have or does not allow."""
    return json.dumps({"missing": fences}).encode() + b"\n"


def encode_refusal(sentence: str) -> bytes:
    return json.dumps({"refused": sentence}).encode() + b"\n"


def encode_result(title: str, blocks: Sequence[Block], pages: int | None) -> bytes:
    rows = [
        [b.kind.value, b.text, b.headings, b.level, b.page, b.sheet, b.cells, plain(b.boxes)]
        for b in blocks
    ]
    return json.dumps({"title": title, "pages": pages, "blocks": rows}).encode() + b"\n"


def encode_sizes(sizes: Sequence[tuple[float, float]]) -> bytes:
    """Width and height of each page, in the units of its boxes."""
    return json.dumps({"sizes": sizes}).encode() + b"\n"


def encode_picture(picture: bytes) -> bytes:
    return json.dumps({"picture": base64.b64encode(picture).decode()}).encode() + b"\n"


def decode_picture(said: str) -> bytes:
    """Raises: ValueError."""
    return base64.b64decode(said, validate=True)


def decode_blocks(rows: Sequence[Sequence[Any]]) -> tuple[Block, ...]:
    """Raises: ValueError for a kind that does not exist."""
    return tuple(
        Block(
            BlockKind(kind),
            text,
            tuple(headings),
            level,
            page,
            sheet,
            cells,
            tuple(Box(*box) for box in boxes),
        )
        for kind, text, headings, level, page, sheet, cells, boxes in rows
    )


def plain(boxes: Sequence[Box]) -> list[tuple[Any, ...]]:
    """Each box as what makes it up; `astuple` would copy every number."""
    return list(map(_PARTS, boxes))
