"""Alerts by real mail, over TLS and with a password."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingestion.sources.mail import Mail, MailServer
from ingestion.sources.noticing import Notice
from retrieval.errors import Unavailable

HELD = Notice("run:1:held", "held", "/share (Base): 4 of 10 documents vanished.", "source")


@dataclass
class Post:
    """A mail server and what it was given."""

    controller: Controller
    letters: list[Any]
    trust: ssl.SSLContext

    def server(self, **other: Any) -> MailServer:
        values: dict[str, Any] = {
            "host": "localhost",
            "port": self.controller.port,
            "security": "starttls",
            "user": "colophon",
            "password": "secret",
            "seconds": 10.0,
            "trust": self.trust,
        }
        return MailServer(**values | other)


class _Letters(Message):
    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.kept.append(message)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of localhost, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, pkcs8, plain) + made.public_bytes(pem))
    return path


def _authenticated(_server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (b"colophon", b"secret")
    return AuthResult(success=right, handled=False)


def _free_port() -> int:
    with socket.create_server(("localhost", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@pytest.fixture(params=["starttls", "tls"])
def post(request: pytest.FixtureRequest, certificate: Path) -> Iterator[tuple[Post, str]]:
    """A mail server that wants TLS and a password, in each of the two ways."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    letters = _Letters()
    options: dict[str, Any] = {"authenticator": _authenticated}
    if request.param == "starttls":
        options |= {"tls_context": tls, "require_starttls": True, "auth_required": True}
    else:
        options |= {"ssl_context": tls, "auth_require_tls": False}
    controller = Controller(letters, hostname="localhost", port=_free_port(), **options)
    controller.start()
    yield (
        Post(controller, letters.kept, ssl.create_default_context(cafile=certificate)),
        request.param,
    )
    controller.stop(no_assert=True)


def test_a_mail_arrives_whole_and_in_secret(post: tuple[Post, str]) -> None:
    office, security = post
    mail = Mail(
        office.server(security=security), "colophon@example.com", ["a@example.com", "b@example.com"]
    )
    mail.send(replace(HELD, text="/人事 (手册): 4 of 10 documents vanished."))
    [letter] = office.letters
    assert letter["Subject"] == "Colophon: A source is held by the brake"
    assert letter["To"] == "a@example.com, b@example.com"
    assert letter.get_payload(decode=True).decode().strip() == (
        "/人事 (手册): 4 of 10 documents vanished."
    )


def test_a_mail_server_that_refuses_is_told_with_its_words(post: tuple[Post, str]) -> None:
    office, security = post
    wrong = Mail(
        office.server(security=security, password="wrong"), "a@example.com", ["b@example.com"]
    )
    with pytest.raises(Unavailable, match=r"localhost did not take the mail: .*535"):
        wrong.send(HELD)
    stranger = replace(office.server(security=security), trust=ssl.create_default_context())
    with pytest.raises(Unavailable, match="certificate"):
        Mail(stranger, "a@example.com", ["b@example.com"]).send(HELD)
    assert office.letters == []


def test_a_mail_server_that_is_not_there_is_told() -> None:
    nobody = MailServer("localhost", 9, "none", None, None, 2.0, ssl.create_default_context())
    with pytest.raises(Unavailable, match="did not take the mail"):
        Mail(nobody, "a@example.com", ["b@example.com"]).send(HELD)
