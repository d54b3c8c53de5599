"""E-mails: subject as title, who wrote to whom and when, the body, and what is attached."""

from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from itertools import count
from typing import Final

from ingestion.parsing.encoding import decode, decode_html
from ingestion.parsing.items import Item, Job
from ingestion.parsing.mail import Mail, items_of_markup, mail_items
from ingestion.parsing.nested import Attached
from ingestion.parsing.readers.text import paragraphs

_SHOWN: Final = ("From", "To", "Cc", "Date")
_INLINE: Final = ("image/", "application/pkcs7-", "application/pgp-")  # logos and signatures
_SUFFIXES: Final = {"message/rfc822": ".eml", "text/plain": ".txt", "text/html": ".html"}


def read(job: Job) -> list[Item]:
    message = message_from_bytes(job.path.read_bytes(), policy=policy.default)
    body = _chosen_body(message)
    mail = Mail(
        str(message.get("Subject", "")),
        [(name, str(message.get(name, ""))) for name in _SHOWN],
        _body(job, body) if body is not None else [],
        _attached(message, body),
    )
    return list(mail_items(job, mail))


def _chosen_body(message: EmailMessage) -> MIMEPart | None:
    """The plain text; but tables are tables in the HTML only."""
    markup = message.get_body(preferencelist=("html",))
    payload = markup.get_payload(decode=True) if markup is not None else None
    if isinstance(payload, bytes) and b"<table" in payload.lower():
        return markup
    return message.get_body(preferencelist=("plain", "html"))


def _body(job: Job, body: MIMEPart) -> list[Item]:
    payload = body.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return []
    declared = body.get_content_charset()
    if body.get_content_type() == "text/html":
        return items_of_markup(job, decode_html(payload, declared))
    return paragraphs(decode(payload, declared))


def _attached(message: EmailMessage, body: MIMEPart | None) -> list[Attached]:
    """Every part with a name, and mails that are forwarded whole; not the pictures of the body."""
    found = []
    unnamed = count(1)
    for part in _parts(message):
        kind, name = part.get_content_type(), part.get_filename()
        is_mail = kind == "message/rfc822"
        if part is body or not (name or is_mail or part.is_attachment()):
            continue
        if kind.startswith(_INLINE) and part.get_content_disposition() != "attachment":
            continue
        shown = name or f"attachment {next(unnamed)}{_SUFFIXES.get(kind, '')}"
        found.append(Attached(shown, _content(part)))
    return found


def _parts(part: MIMEPart) -> list[MIMEPart]:
    """Leaves in their order; a mail within is one of them."""
    if part.get_content_type() == "message/rfc822" or not part.is_multipart():
        return [part]
    return [leaf for child in part.iter_parts() for leaf in _parts(child)]


def _content(part: MIMEPart) -> bytes:
    if part.get_content_type() == "message/rfc822":
        forwarded: EmailMessage = part.get_content()
        return forwarded.as_bytes(policy=policy.SMTPUTF8)
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
