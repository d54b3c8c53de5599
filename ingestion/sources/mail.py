"""Alerts as e-mail, over SMTP."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from ingestion.sources.noticing import Notice
from retrieval.errors import Unavailable

SUBJECTS = {
    "failed": "A source failed",
    "held": "A source is held by the brake",
    "silent": "A source is silent",
    "lost": "Golden questions are not found any more",
    "unasked": "Golden questions could not be asked",
    "well": "Well again",
    "test": "A test",
}


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None
    password: str | None = field(repr=False)
    seconds: float  # for each step of the conversation
    trust: ssl.SSLContext


@dataclass(frozen=True, slots=True)
class Mail:
    server: MailServer
    sender: str
    recipients: Sequence[str]

    @property
    def name(self) -> str:
        return "mail"

    def send(self, notice: Notice) -> None:
        """Raises: Unavailable when the mail server does not take it."""
        message = EmailMessage()
        message["Subject"] = f"Colophon: {SUBJECTS[notice.kind]}"
        message["From"] = self.sender
        message["To"] = ", ".join(self.recipients)
        message.set_content(notice.text + "\n")
        try:
            with _signed_in(self.server) as session:
                refused = session.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"{self.server.host} did not take the mail: {error}.") from error
        if refused:
            raise Unavailable(f"{self.server.host} refused {', '.join(refused)}.")


@contextmanager
def _signed_in(server: MailServer) -> Iterator[smtplib.SMTP]:
    with _connected(server) as session:
        if server.security == "starttls":
            session.starttls(context=server.trust)
        if server.user is not None:
            session.login(server.user, server.password or "")
        yield session


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(
            server.host, server.port, timeout=server.seconds, context=server.trust
        )
    return smtplib.SMTP(server.host, server.port, timeout=server.seconds)
