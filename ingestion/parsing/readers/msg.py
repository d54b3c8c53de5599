"""Outlook messages, through python-oxmsg."""

from oxmsg import Message
from oxmsg.attachment import Attachment

from ingestion.parsing.items import Item, Job
from ingestion.parsing.mail import Mail, items_of_markup, mail_items
from ingestion.parsing.nested import Attached
from ingestion.parsing.readers.text import paragraphs


def read(job: Job) -> list[Item]:
    message = Message.load(str(job.path))
    sent = message.sent_date
    recipients = (
        r.name if not r.email_address else f"{r.name} <{r.email_address}>"
        for r in message.recipients
    )
    shown = [
        ("From", message.sender or ""),
        ("To", ", ".join(recipients)),
        ("Date", f"{sent:%Y-%m-%d %H:%M}" if sent else ""),
    ]
    attached = [_attached(one, number) for number, one in enumerate(message.attachments, 1)]
    return list(mail_items(job, Mail(message.subject or "", shown, _body(job, message), attached)))


def _body(job: Job, message: Message) -> list[Item]:
    """The plain text; but tables are tables in the HTML only."""
    markup = message.html_body or ""
    if message.body and message.body.strip() and "<table" not in markup.lower():
        return paragraphs(message.body)
    return items_of_markup(job, markup)


def _attached(attachment: Attachment, number: int) -> Attached:
    """What is only linked to has no content: it is named."""
    return Attached(attachment.file_name or f"attachment {number}", attachment.file_bytes or b"")
