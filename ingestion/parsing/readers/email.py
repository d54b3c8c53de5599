"""E-mails: subject as title, who wrote to whom and when, the body, the attachments' names."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from typing import Final

from ingestion.parsing.encoding import decode, decode_html
from ingestion.parsing.items import Item, Job
from ingestion.parsing.markup import items_of_html
from ingestion.parsing.readers.text import paragraphs
from retrieval.types import BlockKind

_SHOWN: Final = ("From", "To", "Cc", "Date")


def read(job: Job) -> list[Item]:
    message = message_from_bytes(job.path.read_bytes(), policy=policy.default)
    return list(_items(message))


def _items(message: EmailMessage) -> Iterator[Item]:
    yield Item(BlockKind.TITLE, str(message.get("Subject", "")), level=1)
    shown = [f"{name}: {message[name]}" for name in _SHOWN if message[name]]
    yield Item(BlockKind.PARAGRAPH, "\n".join(shown))
    body = message.get_body(preferencelist=("plain", "html"))
    if body is not None:
        yield from _body(body)
    names = [name for part in message.iter_attachments() if (name := part.get_filename())]
    if names:
        yield Item(BlockKind.PARAGRAPH, "Attachments: " + ", ".join(names))


def _body(body: MIMEPart) -> list[Item]:
    payload = body.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return []
    declared = body.get_content_charset()
    if body.get_content_type() == "text/html":
        return items_of_html(decode_html(payload, declared))
    return paragraphs(decode(payload, declared))
