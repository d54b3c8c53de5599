"""Alerts: of failures, of the brake and of silence, each once; by a real webhook and real mail."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
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
from sqlalchemy import select

from ingestion.schedule import Schedule
from ingestion.sources.addresses import resolve
from ingestion.sources.alerts import MOST_ATTEMPTS, Alerts, Channel
from ingestion.sources.fetching import Fetcher, Network
from ingestion.sources.mail import Mail, MailServer
from ingestion.sources.noticing import Notice
from ingestion.sources.register import NewSource, SourceChange
from ingestion.sources.starting import RunWish
from ingestion.sources.webhook import Webhook
from retrieval.database import Database
from retrieval.errors import Invalid, Unavailable
from retrieval.history_tables import alerts
from tests.ingestion.listed import Listed, PlainTexts
from tests.ingestion.shelf import BASE, NIGHTLY, Shelf, Ticking, a_shelf

TEN = {f"{number}.txt": f"Rule {number} of the house." for number in range(10)}
HELD = Notice("run:1:held", "held", "/share (Base): 4 of 10 documents vanished.", "source")


@dataclass
class Told:
    """A channel that keeps what it is given, or fails as the test says."""

    notices: list[Notice] = field(default_factory=list)
    trouble: str = ""
    name: str = "told"

    def send(self, notice: Notice) -> None:
        if self.trouble:
            raise Unavailable(self.trouble)
        self.notices.append(notice)


@dataclass
class Watched:
    """One source that is followed and watched."""

    shelf: Shelf
    listed: Listed
    told: Told
    alerts: Alerts
    clock: Ticking
    source: str

    def run(self) -> str:
        run = self.shelf.starter.start(self.source)
        self.shelf.work()
        return run

    def look(self) -> list[tuple[str, str]]:
        """Kind and text of what is told by this look."""
        before = len(self.told.notices)
        self.alerts.look()
        return [(notice.kind, notice.text) for notice in self.told.notices[before:]]

    def rows(self) -> list[Any]:
        with self.shelf.database.read() as connection:
            return list(connection.execute(select(alerts)))


@pytest.fixture
def watched(sqlite: Database, tmp_path: Path) -> Watched:
    return watch(sqlite, tmp_path)


def watch(database: Database, tmp_path: Path) -> Watched:
    shelf, listed, told = a_shelf(database, tmp_path), Listed(dict(TEN)), Told()
    shelf.sync = replace(shelf.sync, opener=listed)
    shelf.pipeline = replace(shelf.pipeline, parser=PlainTexts(shelf.blobs))
    clock = shelf.starter.clock
    assert isinstance(clock, Ticking)
    day = timedelta(hours=26)
    watching = Alerts(database, [told], Schedule(NIGHTLY), day, clock)
    source = shelf.sources.add(BASE, NewSource(str(tmp_path)))
    return Watched(shelf, listed, told, watching, clock, source)


def test_a_run_that_went_well_is_nobodys_business(watched: Watched) -> None:
    watched.run()
    assert watched.look() == []
    assert watched.rows() == []


def test_a_failed_run_is_told_once(watched: Watched) -> None:
    watched.listed.listing_ends_after = 3
    watched.run()
    [(kind, text)] = watched.look()
    assert kind == "failed"
    assert text.endswith("(Base): The listing ended half-way.")
    assert watched.look() == []
    watched.run()
    assert len(watched.look()) == 1  # another run, another alert


def test_the_brake_is_told(watched: Watched) -> None:
    watched.run()
    watched.listed.texts = {}
    watched.run()
    [(kind, text)] = watched.look()
    assert kind == "held"
    assert "Nothing is left of the 10 documents" in text


def test_documents_that_fail_are_told_when_all_are_through_and_not_again(
    watched: Watched,
) -> None:
    watched.listed.texts |= {"broken.pdf": "%PDF-1.4", "login.html": "Sign in"}
    watched.listed.failing = {"login.html": Invalid("This is a login page.")}
    watched.shelf.starter.start(watched.source)
    watched.shelf.follow(watched.shelf.waiting.works.pop(0))
    assert watched.look() == []  # the documents are still on their way
    watched.shelf.work()
    [(kind, text)] = watched.look()
    assert kind == "failed"
    assert "2 documents failed" in text
    assert "login.html: This is a login page." in text
    assert "broken.pdf: This PDF is damaged." in text
    watched.run()
    assert watched.look() == []


def test_a_rehearsal_alerts_nobody(watched: Watched) -> None:
    watched.run()
    watched.listed.texts = {}
    watched.shelf.starter.start(watched.source, RunWish(dry_run=True))
    watched.shelf.work()
    assert watched.look() == []


def test_a_removed_source_alerts_nobody(watched: Watched) -> None:
    watched.listed.listing_ends_after = 3
    watched.run()
    watched.shelf.sources.remove(watched.source)
    watched.clock.now += timedelta(days=3)
    assert watched.look() == []


def test_silence_is_told_when_a_run_that_should_have_been_was_not(watched: Watched) -> None:
    watched.run()
    watched.clock.now += timedelta(hours=27)  # due at two; 26 hours after that it is silent
    assert watched.look() == []
    watched.clock.now += timedelta(hours=2)
    [(kind, text)] = watched.look()
    assert kind == "silent"
    assert "did not happen, or has not ended" in text
    watched.clock.now += timedelta(days=2)
    assert watched.look() == []  # the same silence
    watched.run()
    watched.clock.now += timedelta(hours=60)
    assert len(watched.look()) == 1  # another one


def test_a_run_that_never_ends_is_silence_too(watched: Watched) -> None:
    watched.run()
    watched.clock.now += timedelta(hours=25)
    watched.shelf.starter.start_due()
    watched.clock.now += timedelta(hours=30)
    assert [kind for kind, _ in watched.look()] == ["silent"]


def test_a_paused_source_is_silent_without_an_alert(watched: Watched) -> None:
    watched.run()
    watched.shelf.sources.change(watched.source, SourceChange(enabled=False))
    watched.clock.now += timedelta(days=30)
    assert watched.look() == []
    watched.shelf.sources.change(watched.source, SourceChange(enabled=True))
    assert watched.look() == []


def test_what_could_not_be_delivered_is_tried_again_with_longer_and_longer_waits(
    watched: Watched,
) -> None:
    watched.listed.listing_ends_after = 3
    watched.run()
    watched.told.trouble = "The mail server is down."
    watched.look()
    [row] = watched.rows()
    assert (row.delivered, row.attempts) == ({"told": "The mail server is down."}, 1)
    for _ in range(600):
        watched.clock.now += timedelta(minutes=1)
        watched.look()
    assert watched.rows()[0].attempts == MOST_ATTEMPTS
    watched.told.trouble = ""
    assert watched.look() == []


def test_what_is_delivered_later_is_delivered_once(watched: Watched) -> None:
    watched.listed.listing_ends_after = 3
    watched.run()
    watched.told.trouble = "The mail server is down."
    watched.look()
    watched.told.trouble = ""
    watched.clock.now += timedelta(minutes=1)
    assert len(watched.look()) == 1
    assert watched.rows()[0].delivered == {"told": ""}
    watched.clock.now += timedelta(hours=1)
    assert watched.look() == []


def test_alerts_are_the_same_on_postgresql(postgres: Database, tmp_path: Path) -> None:
    watched = watch(postgres, tmp_path)
    watched.run()
    watched.listed.texts = {}
    watched.run()
    assert [kind for kind, _ in watched.look()] == ["held"]
    watched.clock.now += timedelta(days=3)
    assert [kind for kind, _ in watched.look()] == ["silent"]


def test_a_test_alert_says_what_happened(watched: Watched) -> None:
    assert watched.alerts.send_test() == {"told": ""}
    watched.told.trouble = "No such host."
    assert watched.alerts.send_test() == {"told": "No such host."}
    assert watched.rows() == []


class _Hook(BaseHTTPRequestHandler):
    status = 200
    bodies: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(json.loads(body))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Says nothing."""


@contextmanager
def _hook(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A web server's URL, and the bodies that are posted to it."""
    with HTTPServer(("127.0.0.1", 0), _Hook) as server:
        server.bodies, server.status = [], status  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook", server.bodies  # type: ignore[attr-defined]
        server.shutdown()


def _webhook(url: str, *allowed: str) -> Channel:
    network = Network(allowed=allowed, seconds=5)
    return Webhook(url, lambda: Fetcher(network, resolve, lambda: 0.0))


def test_a_webhook_gets_what_chat_programs_show() -> None:
    with _hook() as (url, bodies):
        _webhook(url, "127.0.0.0/8").send(HELD)
    assert bodies == [
        {
            "text": "Colophon: /share (Base): 4 of 10 documents vanished.",
            "kind": "held",
            "id": "run:1:held",
            "source_id": "source",
        }
    ]


def test_a_webhook_that_answers_with_an_error_did_not_take_it() -> None:
    with _hook(500) as (url, _), pytest.raises(Unavailable, match="500"):
        _webhook(url, "127.0.0.0/8").send(HELD)


def test_a_webhook_cannot_be_turned_on_the_inside() -> None:
    with _hook() as (url, bodies), pytest.raises(Unavailable, match="inside a network"):
        _webhook(url).send(HELD)
    assert bodies == []


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
