"""Addresses that open the Reader at the place of a citation."""

import json
from typing import Final
from urllib.parse import urlencode

from app.shapes.asking import CitationOut

_LONGEST_QUOTE: Final = 200  # characters: its beginning is found as well as all of it


def reader_link(home: str, citation: CitationOut) -> str | None:
    """`home`: where people open Colophon. None for an attached file, which has no address."""
    if citation.source_kind == "attachment":
        return None
    place = {
        "block": citation.first_block,
        "to": citation.last_block,
        "quote": _as_text(citation.quote[:_LONGEST_QUOTE]),
    }
    return f"{home.rstrip('/')}/documents/{citation.document_id}?{urlencode(place)}"


def _as_text(quote: str) -> str:
    """The pages read a parameter as JSON where it is some: a quoted number stays words."""
    try:
        json.loads(quote)
    except ValueError:
        return quote
    return json.dumps(quote, ensure_ascii=False)
