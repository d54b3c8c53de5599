"""Files made to do harm, as small as they come."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ingestion.parsing import media

MIB: Final = 1024 * 1024
_LAUGHS: Final = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))


def hostile_files(folder: Path) -> list[tuple[Path, str]]:
    """Each with its media type."""
    made: list[tuple[Path, str]] = []
    for name, media_type, content in _FILES:
        path = folder / name
        path.write_bytes(content())
        made.append((path, media_type))
    return made


def _bomb() -> bytes:
    return _office("word/document.xml", bytes(400 * MIB))


def _bomb_in_bomb() -> bytes:
    return _office("word/embeddings/inner.zip", _office("x", bytes(90 * MIB)) * 3)


def _laughing() -> bytes:
    body = "<w:document><w:body><w:p><w:r><w:t>&l9;</w:t></w:r></w:p></w:body></w:document>"
    return _office("word/document.xml", f'<!DOCTYPE l [<!ENTITY l0 "ha">{_LAUGHS}]>{body}'.encode())


def _office(member: str, content: bytes) -> bytes:
    path = Path("/dev/shm") / "colophon-hostile.zip"  # noqa: S108 - one writer
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("[Content_Types].xml", "<Types/>")
        container.writestr(member, content)
    made = path.read_bytes()
    path.unlink()
    return made


def _giant_png() -> bytes:
    return _png(50_000, 50_000, bytes(1000))


def _large_png() -> bytes:
    """Within the limit: 81 million pixels of nothing."""
    return _png(9_000, 9_000, bytes(9_000 * 27_001))


def _png(width: int, height: int, pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def _pages_in_a_ring() -> bytes:
    objects = ("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999>>")
    return _pdf(objects)


def _drawing_without_end() -> bytes:
    """Forms that draw each other, ten times each, nine deep."""
    forms = [
        f"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F {6 + level} 0 R>>>>"
        f"/Length 60>>\nstream\n{'/F Do ' * 10}\nendstream"
        for level in range(9)
    ]
    page = "<</Type/Page/Parent 2 0 R/Resources<</XObject<</F 5 0 R>>>>/Contents 4 0 R>>"
    start = "<</Length 60>>\nstream\n" + "/F Do " * 10 + "\nendstream"
    pages = "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 300]>>"
    return _pdf(("<</Type/Catalog/Pages 2 0 R>>", pages, page, start, *forms))


def _pdf(objects: tuple[str, ...]) -> bytes:
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\n%%EOF\n".encode()


def _nested_html() -> bytes:
    return b"<html><body>" + b"<div><b><i>" * 200_000 + b"x"


def _backtracking() -> bytes:
    """For patterns that look for a list mark, a number, a link or a hyphen."""
    return b"\n".join((b"- " * 50_000, b"1." * 50_000, b"[" * 50_000, b"a-" * 50_000))


def _one_line() -> bytes:
    return b"a,b;c\t" * (8 * MIB)


_FILES: Final[tuple[tuple[str, str, Callable[[], bytes]], ...]] = (
    ("bomb.docx", media.DOCX, _bomb),
    ("bomb-in-bomb.docx", media.DOCX, _bomb_in_bomb),
    ("laughs.docx", media.DOCX, _laughing),
    ("giant.png", media.PNG, _giant_png),
    ("large.png", media.PNG, _large_png),
    ("ring.pdf", media.PDF, _pages_in_a_ring),
    ("drawing.pdf", media.PDF, _drawing_without_end),
    ("nested.html", media.HTML, _nested_html),
    ("backtracking.md", media.MARKDOWN, _backtracking),
    ("one-line.csv", media.CSV, _one_line),
)
