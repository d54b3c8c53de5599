"""The one door: where it goes, where it does not, and that it ends."""

import gzip
import json
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ingestion.sources.addresses import resolve
from ingestion.sources.asking import Ask, basic
from ingestion.sources.fetching import Fetcher, Network
from retrieval.errors import Invalid, TooLarge, Unavailable
from tests.ingestion.sources.local_site import LocalSite, Reply

LOOPBACK = ("127.0.0.1/32",)


@contextmanager
def _fetcher(
    network: Network | None = None, resolver: Callable[[str, int], list[str]] = resolve
) -> Iterator[Fetcher]:
    with closing(Fetcher(network or Network(LOOPBACK, 5), resolver, time.monotonic)) as fetcher:
        yield fetcher


def _body(fetcher: Fetcher, url: str, max_bytes: int = 10_000) -> bytes:
    return fetcher.get(url, max_bytes).read(max_bytes)


def test_a_page_is_fetched_under_its_name_from_the_checked_address(site: LocalSite) -> None:
    site.page("/", "hello")
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with _fetcher(resolver=resolver) as fetcher:
        assert b"hello" in _body(fetcher, f"http://docs.example:{site.server_port}/")
    assert asked == ["docs.example"]
    assert site.asked[0].headers["host"] == f"docs.example:{site.server_port}"
    assert site.asked[0].headers["user-agent"].startswith("Colophon/")


def test_nothing_inside_is_fetched_unless_it_is_allowed(site: LocalSite) -> None:
    site.page("/", "inner")
    with _fetcher(Network(seconds=5)) as fetcher:
        for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:7f00:1]"):
            with pytest.raises(Unavailable, match=r"network\.allowed"):
                _body(fetcher, f"http://{host}:{site.server_port}/")
    assert site.asked == []


def test_a_name_that_is_bound_anew_after_the_check_changes_nothing(site: LocalSite) -> None:
    """The first look-up is the only one of a connection; a later connection is checked again."""
    site.page("/", "hello")
    site.replies["/close"] = Reply(b"bye", headers={"Connection": "close"})
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["169.254.169.254"]])
    with _fetcher(resolver=lambda host, port: next(answers)) as fetcher:
        url = f"http://rebound.example:{site.server_port}"
        assert _body(fetcher, f"{url}/close") == b"bye"
        for _ in range(2):  # 127.0.0.2 is not in the allowed network, and serves the same
            with pytest.raises(Unavailable, match="inside a network"):
                _body(fetcher, f"{url}/")
    assert site.paths() == ["/close"]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:{port}/",
        "http://localhost6.example:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.2]:{port}/",
        "file:///etc/passwd",
        "http://user:pass@127.0.0.1:{port}/",
        "http://2130706433:{port}/",
        "gopher://127.0.0.1:{port}/",
        "//127.0.0.2:{port}/",
        "http:\\\\127.0.0.2:{port}\\",
    ],
)
def test_a_redirect_is_checked_like_the_first_address(site: LocalSite, target: str) -> None:
    site.redirect("/", target.format(port=site.server_port))
    names = {"localhost6.example": ["::1"]}
    with (
        _fetcher(resolver=lambda host, port: names.get(host, [host])) as fetcher,
        pytest.raises(Unavailable) as told,
    ):
        _body(fetcher, f"{site.url}/")
    assert "pass" not in str(told.value)
    assert [path for path in site.paths() if path == "/"] == ["/"]


def test_redirects_are_followed_five_times(site: LocalSite) -> None:
    site.page("/5", "there")
    for step in range(5):
        site.redirect(f"/{step}", f"/{step + 1}", status=(301, 302, 303, 307, 308)[step])
    site.redirect("/more", "/0")
    with _fetcher() as fetcher:
        answer = fetcher.get(f"{site.url}/0", 10_000)
        assert answer.url == f"{site.url}/5"
        with pytest.raises(Unavailable, match="redirects too often"):
            _body(fetcher, f"{site.url}/more")


def test_credentials_stay_with_the_server_that_they_are_for(site: LocalSite) -> None:
    other = LocalSite()
    other.page("/", "other")
    site.redirect("/away", f"{other.url}/")
    site.redirect("/here", "/")
    site.page("/", "same")
    headers = {**basic("reader", "secret"), "Cookie": "a=b"}
    with _fetcher() as fetcher:
        fetcher.get(f"{site.url}/away", 10_000, headers)
        fetcher.get(f"{site.url}/here", 10_000, headers)
    other.stop()
    assert "authorization" not in other.asked[0].headers
    assert "cookie" not in other.asked[0].headers
    assert site.asked[-1].headers["authorization"] == basic("reader", "secret")["Authorization"]


def test_no_cookie_is_kept(site: LocalSite) -> None:
    site.replies["/"] = Reply(b"x", headers={"Set-Cookie": "session=1"})
    with _fetcher() as fetcher:
        _body(fetcher, f"{site.url}/")
        _body(fetcher, f"{site.url}/")
    assert [asked.headers.get("cookie") for asked in site.asked] == [None, None]


def test_the_environment_names_no_proxy(site: LocalSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.page("/", "direct")
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with _fetcher() as fetcher:
        assert b"direct" in _body(fetcher, f"{site.url}/")


def test_a_proxy_is_the_only_way_out_and_inner_addresses_stay_refused(site: LocalSite) -> None:
    """The local server plays the proxy: it sees whole URLs."""
    site.replies["http://docs.example/a"] = Reply(b"through")
    network = Network(proxy=site.url, seconds=5)
    names = {"docs.example": ["93.184.216.34"], "inner.example": ["10.0.0.1"]}

    def resolver(host: str, port: int) -> list[str]:
        if host not in names:
            raise OSError
        return names[host]

    with _fetcher(network, resolver) as fetcher:
        assert _body(fetcher, "http://docs.example/a") == b"through"
        for host in ("inner.example", "127.0.0.1", "[::1]", "169.254.169.254"):
            with pytest.raises(Unavailable, match="inside a network"):
                _body(fetcher, f"http://{host}/a")
        # Inside many companies only the proxy resolves names of the outside.
        assert fetcher.get("http://unknown.example/a", 10_000).status == 404
    assert site.paths() == ["http://docs.example/a", "http://unknown.example/a"]


def test_an_answer_over_the_limit_is_too_large(site: LocalSite) -> None:
    site.replies["/"] = Reply(b"x" * 5000)
    with _fetcher() as fetcher:
        assert len(_body(fetcher, f"{site.url}/", 5000)) == 5000
        with pytest.raises(TooLarge):
            _body(fetcher, f"{site.url}/", 4999)
        with fetcher.stream(Ask(f"{site.url}/")) as answer, pytest.raises(TooLarge):
            answer.copy_to(BytesIO(), 4999)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_compressed_answers_are_unpacked(site: LocalSite, coding: str) -> None:
    text = b"a long text " * 100_000
    packed = gzip.compress(text, mtime=0) if coding == "gzip" else zlib.compress(text)
    site.replies["/"] = Reply(packed, headers={"Content-Encoding": coding})
    site.replies["/two"] = Reply(packed + packed, headers={"Content-Encoding": coding})
    with _fetcher() as fetcher:
        assert _body(fetcher, f"{site.url}/", 10**7) == text
        assert _body(fetcher, f"{site.url}/two", 10**7) == text + text


def test_a_bomb_is_stopped_at_the_limit(site: LocalSite) -> None:
    bomb = gzip.compress(gzip.compress(bytes(200_000_000), 9), 9)
    site.replies["/"] = Reply(gzip.decompress(bomb), headers={"Content-Encoding": "gzip"})
    taken = 0
    with _fetcher() as fetcher, fetcher.stream(Ask(f"{site.url}/")) as answer:
        for piece in answer.body:
            assert len(piece) <= 64 * 1024
            taken += len(piece)
            if taken > 1_000_000:
                break
    with _fetcher() as fetcher, pytest.raises(TooLarge):
        _body(fetcher, f"{site.url}/", 1_000_000)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"not gzip", "gzip"),
        (gzip.compress(b"whole" * 100, mtime=0)[:-9], "gzip"),
        (b"x", "br"),
        (b"x", "gzip, gzip"),
    ],
)
def test_a_damaged_or_strange_compression_is_told(
    site: LocalSite, body: bytes, coding: str
) -> None:
    site.replies["/"] = Reply(body, headers={"Content-Encoding": coding})
    with _fetcher() as fetcher, pytest.raises(Unavailable):
        _body(fetcher, f"{site.url}/")


def test_an_answer_that_ends_early_is_none(site: LocalSite) -> None:
    site.replies["/"] = Reply(b"half", headers={"Content-Length": "8", "Connection": "close"})
    with _fetcher() as fetcher, pytest.raises(Unavailable):
        _body(fetcher, f"{site.url}/")


@contextmanager
def _dripping(head: bytes) -> Iterator[str]:
    """A server that sends a byte whenever the reader might lose patience."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(head)
            try:
                while True:
                    time.sleep(0.02)
                    connection.sendall(b"x")
            except OSError:
                return

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    listener.close()
    thread.join(5)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"]
)
def test_a_server_that_sends_a_byte_at_a_time_is_given_up(head: bytes) -> None:
    with (
        _dripping(head) as url,
        _fetcher(Network(LOOPBACK, 0.3)) as fetcher,
        pytest.raises(Unavailable, match="in time"),
    ):
        _body(fetcher, url)


def test_a_long_answer_may_take_longer_as_long_as_it_flows(site: LocalSite) -> None:
    """The clock jumps past the limit while the body is read, and enough of it has come."""
    site.replies["/"] = Reply(bytes(3_000_000))
    now = [0.0]
    fetcher = Fetcher(Network(LOOPBACK, 5), resolve, lambda: now[0])
    with closing(fetcher), fetcher.stream(Ask(f"{site.url}/")) as answer:
        taken = 0
        for piece in answer.body:
            taken += len(piece)
            now[0] = taken / 64_000
    assert taken == 3_000_000
    assert now[0] > 5


def test_a_message_is_posted_once_and_only_success_counts(site: LocalSite) -> None:
    site.replies["/hook"] = Reply(b"", status=204)
    site.replies["/broken"] = Reply(b"", status=500)
    site.redirect("/moved", "/hook", status=307)
    with _fetcher() as fetcher:
        fetcher.post_json(f"{site.url}/hook", {"text": "Grüße"})
        for path in ("/broken", "/moved"):
            with pytest.raises(Unavailable):
                fetcher.post_json(f"{site.url}{path}", {})
        with pytest.raises(Invalid):
            fetcher.post_json("file:///etc/passwd", {})
    assert json.loads(site.asked[0].body) == {"text": "Grüße"}
    assert site.asked[0].headers["content-type"] == "application/json"
    assert site.paths() == ["/hook", "/broken", "/moved"]


def test_the_certificate_must_be_that_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to an address; TLS' server name and the check go by the name."""
    certificate, key = _certificate("docs.example", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # as a company adds its authority
    asked: list[str | None] = []
    server = LocalSite()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.page("/", "hello")
    with _fetcher(resolver=lambda host, port: ["127.0.0.1"]) as fetcher:
        assert b"hello" in _body(fetcher, f"https://docs.example:{server.server_port}/")
        with pytest.raises(Unavailable, match=r"(?i)certificate"):
            _body(fetcher, f"https://other.example:{server.server_port}/")
    server.stop()
    assert asked == ["docs.example", "other.example"]


def _certificate(name: str, folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "server.pem", folder / "server.key"
