"""What a file is: by its first bytes, then by its name. Cheap and safe to call in the server."""

import codecs
import re
import zlib
from pathlib import Path, PurePath
from typing import BinaryIO, Final
from zipfile import BadZipFile, ZipFile

from ingestion.parsing import media
from retrieval.errors import Invalid, Unsupported

_HEAD: Final = 16 * 1024
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PIECE: Final = 1024 * 1024
# Names of streams in an OLE container, as its directory spells them. A message holds the streams
# of what is attached to it, a text those of the tables in it: the more inclusive come first.
_OLE_STREAMS: Final = (
    ("__substg1.0_", media.MSG),
    ("EncryptedPackage", "encrypted"),
    ("PowerPoint Document", media.PPT),
    ("WordDocument", media.DOC),
    ("Workbook", media.XLS),
    ("Book\x00", media.XLS),
)
_MAIN_PARTS: Final = (("word/", media.DOCX), ("ppt/", media.PPTX), ("xl/", media.XLSX))
_SELF_NAMED: Final = (media.ODT, media.ODS, media.ODP, media.EPUB)  # in a member `mimetype`
_HEADS: Final = (
    (b"{\\rtf", media.RTF),
    (b"\x89PNG\r\n\x1a\n", media.PNG),
    (b"\xff\xd8\xff", media.JPEG),
    (b"GIF87a", media.GIF),
    (b"GIF89a", media.GIF),
    (b"II*\x00", media.TIFF),
    (b"MM\x00*", media.TIFF),
)
_BMP_HEADERS: Final = (12, 40, 52, 56, 64, 108, 124)  # sizes of a bitmap's second header
_OTHERS: Final = (
    (b"%!PS", "a PostScript file"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
# Their endings are used loosely: programs export web pages as .xls, and Word saves RTF as .doc.
_LOOSE: Final = (media.DOC, media.PPT, media.XLS)
_BOMS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HTML: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html\b)", re.I | re.S
)
_MAIL: Final = re.compile(
    rb"(?:received|return-path|mime-version|message-id|from|date|subject|delivered-to):", re.I
)
_TEXT_CONTROLS: Final = b"\t\n\r\f\x1b"


def sniff(path: Path, filename: str) -> str:
    """Media type of the file; `filename` is what people call it.

    Raises: Unsupported for a format that is not read, Invalid when the file is empty, encrypted,
    damaged, or something else than its name says.
    """
    found = sniff_inside(path, filename)
    if found == media.ZIP:
        raise _mismatch(filename, "a zip archive") or _unsupported(filename, "a zip archive")
    return found


def sniff_inside(path: Path, filename: str) -> str:
    """Like `sniff`, for what is attached to a document, where a zip archive may be, too."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head:
            raise Invalid(f"{filename} is empty: it has 0 bytes.")
        found = _binary_type(file, head, filename) or _text_type(head, filename)
    _agree(found, filename)
    return found


def _binary_type(file: BinaryIO, head: bytes, filename: str) -> str | None:
    if b"%PDF-" in head[:1024]:
        return media.PDF
    if head.startswith(b"PK"):
        return _zip_type(file, filename)
    if head.startswith(_OLE):
        return _ole_type(file, filename)
    if plain := _told_by_head(head):
        return plain
    for magic, name in _OTHERS:
        if head.startswith(magic):
            raise _mismatch(filename, name) or _unsupported(filename, name)
    return None


def _told_by_head(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return media.WEBP
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return media.BMP
    return next((kind for magic, kind in _HEADS if head.startswith(magic)), None)


def _zip_type(file: BinaryIO, filename: str) -> str:
    """By the folder that holds the main part; the archive's directory is read, nothing unpacked."""
    try:
        with ZipFile(file) as container:
            names = container.namelist()
            named = _own_name(container) if "mimetype" in names else ""
    except (BadZipFile, ValueError, zlib.error, EOFError, RuntimeError) as error:
        raise Invalid(f"{filename} is damaged or incomplete and could not be read.") from error
    for folder, media_type in _MAIN_PARTS:
        if any(name.startswith(folder) for name in names):
            return media_type
    if "[Content_Types].xml" in names:
        raise Invalid(f"{filename} is damaged: there is no document inside.")
    if named in _SELF_NAMED:
        return named
    if named.startswith("application/vnd.oasis"):
        raise _unsupported(filename, "an OpenDocument file of another kind")
    return media.ZIP


def _own_name(container: ZipFile) -> str:
    """What OpenDocument files and EPUB books say of themselves; a template is as its kind."""
    with container.open("mimetype") as member:
        name = member.read(100).decode("ascii", errors="replace").strip()
    return name.removesuffix("-template")


def _ole_type(file: BinaryIO, filename: str) -> str:
    """Old Office formats, and the container that new ones are encrypted in."""
    found = _streams(file)
    named = media.format_of_suffix(PurePath(filename).suffix.lower())
    if named is not None and named.media_type in found:
        return named.media_type
    if "encrypted" in found and media.MSG not in found:
        raise Invalid(
            f"{filename} is encrypted with a password. Save it without one and upload it again."
        )
    if not found:
        raise _unsupported(filename, "an old Office file of a kind that is not known")
    return found[0]


def _streams(file: BinaryIO) -> list[str]:
    """What the streams named anywhere in the file stand for, in the order of _OLE_STREAMS."""
    file.seek(0)
    tail, seen = b"", set()
    marks = [(name.encode("utf-16-le"), what) for name, what in _OLE_STREAMS]
    while piece := file.read(_PIECE):
        window = tail + piece
        seen |= {what for mark, what in marks if mark in window}
        tail = window[-64:]
    return [what for _, what in _OLE_STREAMS if what in seen]


def _text_type(head: bytes, filename: str) -> str:
    suffix = PurePath(filename).suffix.lower()
    named = media.format_of_suffix(suffix)
    if not _is_text(head):
        raise _mismatch(filename, None) or _unsupported(filename, "not a text")
    if named is not None and named.is_text:
        return named.media_type
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if _HTML.match(plain):
        return media.HTML
    if sum(_MAIL.match(line) is not None for line in plain.splitlines()[:12]) >= 2:
        return media.EML
    if named is not None or not suffix:
        return media.PLAIN
    raise _unsupported(filename, f'a file with the ending "{suffix}"')


def _is_text(head: bytes) -> bool:
    """UTF-16 text holds zero bytes, in one half of the places; other text holds none."""
    if head.startswith(_BOMS):
        return True
    zeros = max(head[::2].count(0), head[1::2].count(0))
    controls = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in head)
    if head.count(0) == 0:
        return controls * 50 < len(head)
    return zeros == head.count(0) and zeros * 8 > len(head) and (controls - zeros) * 50 < len(head)


def _agree(found: str, filename: str) -> None:
    named = media.format_of_suffix(PurePath(filename).suffix.lower())
    if named is None or named.media_type == found or named.media_type in _LOOSE:
        return
    content = media.format_of(found)
    alike = content is not None and (
        content.reader == named.reader or (content.is_text and named.is_text)
    )
    if not alike:
        raise Invalid(_disagreement(filename, named, content.name if content else "a zip archive"))


def _mismatch(filename: str, content: str | None) -> Invalid | None:
    """The error when the name promises a format that the content is not."""
    named = media.format_of_suffix(PurePath(filename).suffix.lower())
    if named is None:
        return None
    return Invalid(_disagreement(filename, named, content))


def _disagreement(filename: str, named: media.Format, content: str | None) -> str:
    what = f"its content is {content}" if content else "its content is not in that format"
    return f"{filename} is not {named.name}, although its name says so: {what}."


def _unsupported(filename: str, what: str) -> Unsupported:
    return Unsupported(f"{filename} is {what}. Colophon reads {media.READ}.")
