"""Plain text: paragraphs are what blank lines separate."""

import re
from typing import Final

from ingestion.parsing.encoding import decode
from ingestion.parsing.items import Item, Job
from retrieval.types import BlockKind

_BLANK_LINES: Final = re.compile(r"\n[ \t\u3000]*\n\s*")
_BULLET: Final = re.compile(r"\s*(?:[-*•·●▪◦]|\d{1,3}[.)])\s+\S")


def read(job: Job) -> list[Item]:
    return paragraphs(decode(job.path.read_bytes()))


def paragraphs(text: str) -> list[Item]:
    """A paragraph whose every line starts with a bullet or number is a list."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    items: list[Item] = []
    for paragraph in _BLANK_LINES.split(unified):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if len(lines) > 1 and all(is_list_item(line) for line in lines):
            items.extend(Item(BlockKind.LIST_ITEM, line) for line in lines)
        else:
            items.append(Item(BlockKind.PARAGRAPH, "\n".join(lines)))
    return items


def is_list_item(line: str) -> bool:
    return _BULLET.match(line) is not None
