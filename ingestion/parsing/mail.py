"""A mail's parts to items: who wrote to whom, the body, and what is attached."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ingestion.parsing import media
from ingestion.parsing.items import Item, Job
from ingestion.parsing.nested import Attached, attached_items
from ingestion.parsing.reading import read_items
from retrieval.types import BlockKind

_ATTACHED_LEVEL: Final = 1


@dataclass(frozen=True, slots=True)
class Mail:
    subject: str
    shown: Sequence[tuple[str, str]]  # "From" and who it is, and so on
    body: list[Item]
    attached: list[Attached]


def mail_items(job: Job, mail: Mail) -> Iterator[Item]:
    """The subject is the title. Headings of the body stay below it."""
    yield Item(BlockKind.TITLE, mail.subject, level=1)
    lines = (f"{name}: {value}" for name, value in mail.shown if value)
    yield Item(BlockKind.PARAGRAPH, "\n".join(lines))
    yield from mail.body
    yield from attached_items(job, mail.attached, _ATTACHED_LEVEL)


def items_of_markup(job: Job, markup: str) -> list[Item]:
    """Through the reader of web pages, whose libraries a plain mail does not need."""
    path = job.folder / "body.html"
    path.write_text(markup, encoding="utf-8-sig", errors="replace")
    return read_items(replace(job, path=path, media_type=media.HTML))
