"""What kind of document a media type is, in the words that people filter by."""

from collections.abc import Iterable
from typing import Final

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OPEN: Final = "application/vnd.oasis.opendocument"

KINDS: Final = {
    "pdf": frozenset({"application/pdf"}),
    "word": frozenset(
        {
            f"{_OFFICE}.wordprocessingml.document",
            "application/msword",
            f"{_OPEN}.text",
            "application/rtf",
        }
    ),
    "slides": frozenset(
        {
            f"{_OFFICE}.presentationml.presentation",
            "application/vnd.ms-powerpoint",
            f"{_OPEN}.presentation",
        }
    ),
    "sheet": frozenset(
        {
            f"{_OFFICE}.spreadsheetml.sheet",
            "application/vnd.ms-excel",
            f"{_OPEN}.spreadsheet",
            "text/csv",
            "text/tab-separated-values",
        }
    ),
    "web": frozenset({"text/html", "multipart/related"}),
    "mail": frozenset({"message/rfc822", "application/vnd.ms-outlook"}),
    "text": frozenset({"text/plain", "text/markdown", "text/x-rst", "application/epub+zip"}),
    "image": frozenset(
        {"image/png", "image/jpeg", "image/tiff", "image/webp", "image/bmp", "image/gif"}
    ),
}

_KIND_OF: Final = {media_type: kind for kind, types in KINDS.items() for media_type in types}


def kind_of(media_type: str) -> str | None:
    """None for a media type that nothing here reads."""
    return _KIND_OF.get(media_type)


def media_types_of(kinds: Iterable[str]) -> frozenset[str]:
    """Of unknown kinds there are none."""
    return frozenset(one for kind in kinds for one in KINDS.get(kind, ()))
