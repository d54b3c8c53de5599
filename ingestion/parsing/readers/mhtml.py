"""Web pages that a browser saved in one file: the page in it, without its pictures and styles."""

from email import message_from_bytes, policy

from ingestion.parsing.encoding import decode_html
from ingestion.parsing.items import Item, Job, Refused
from ingestion.parsing.markup import items_of_html


def read(job: Job) -> list[Item]:
    message = message_from_bytes(job.path.read_bytes(), policy=policy.default)
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_type() in ("text/html", "application/xhtml+xml") and payload:
            return items_of_html(decode_html(bytes(payload), part.get_content_charset()))
    raise Refused(f"{job.filename} is damaged: there is no web page inside.")
