"""The one door: where it goes, and where it does not."""

import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ingestion.sources.asking import basic
from ingestion.sources.fetching import Network
from retrieval.errors import Invalid, Unavailable
from tests.ingestion.sources.fetchers import body_of, fetcher_of
from tests.ingestion.sources.local_site import LocalSite, Reply


def test_a_page_is_fetched_under_its_name_from_the_checked_address(site: LocalSite) -> None:
    site.page("/", "hello")
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with fetcher_of(resolver=resolver) as fetcher:
        assert b"hello" in body_of(fetcher, f"http://docs.example:{site.server_port}/")
    assert asked == ["docs.example"]
    assert site.asked[0].headers["host"] == f"docs.example:{site.server_port}"
    assert site.asked[0].headers["user-agent"].startswith("Colophon/")


def test_nothing_inside_is_fetched_unless_it_is_allowed(site: LocalSite) -> None:
    site.page("/", "inner")
    with fetcher_of(Network(seconds=5)) as fetcher:
        for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:7f00:1]"):
            with pytest.raises(Unavailable, match=r"network\.allowed"):
                body_of(fetcher, f"http://{host}:{site.server_port}/")
    assert site.asked == []


def test_a_name_that_is_bound_anew_after_the_check_changes_nothing(site: LocalSite) -> None:
    """The first look-up is the only one of a connection; a later connection is checked again."""
    site.page("/", "hello")
    site.replies["/close"] = Reply(b"bye", headers={"Connection": "close"})
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["169.254.169.254"]])
    with fetcher_of(resolver=lambda host, port: next(answers)) as fetcher:
        url = f"http://rebound.example:{site.server_port}"
        assert body_of(fetcher, f"{url}/close") == b"bye"
        for _ in range(2):  # 127.0.0.2 is not in the allowed network, and serves the same
            with pytest.raises(Unavailable, match="inside a network"):
                body_of(fetcher, f"{url}/")
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
        fetcher_of(resolver=lambda host, port: names.get(host, [host])) as fetcher,
        pytest.raises(Unavailable) as told,
    ):
        body_of(fetcher, f"{site.url}/")
    assert "pass" not in str(told.value)
    assert [path for path in site.paths() if path == "/"] == ["/"]


def test_redirects_are_followed_five_times(site: LocalSite) -> None:
    site.page("/5", "there")
    for step in range(5):
        site.redirect(f"/{step}", f"/{step + 1}", status=(301, 302, 303, 307, 308)[step])
    site.redirect("/more", "/0")
    with fetcher_of() as fetcher:
        answer = fetcher.get(f"{site.url}/0", 10_000)
        assert answer.url == f"{site.url}/5"
        with pytest.raises(Unavailable, match="redirects too often"):
            body_of(fetcher, f"{site.url}/more")


def test_credentials_stay_with_the_server_that_they_are_for(site: LocalSite) -> None:
    other = LocalSite()
    other.page("/", "other")
    site.redirect("/away", f"{other.url}/")
    site.redirect("/here", "/")
    site.page("/", "same")
    headers = {**basic("reader", "secret"), "Cookie": "a=b"}
    with fetcher_of() as fetcher:
        fetcher.get(f"{site.url}/away", 10_000, headers)
        fetcher.get(f"{site.url}/here", 10_000, headers)
    other.stop()
    assert "authorization" not in other.asked[0].headers
    assert "cookie" not in other.asked[0].headers
    assert site.asked[-1].headers["authorization"] == basic("reader", "secret")["Authorization"]


def test_no_cookie_is_kept(site: LocalSite) -> None:
    site.replies["/"] = Reply(b"x", headers={"Set-Cookie": "session=1"})
    with fetcher_of() as fetcher:
        body_of(fetcher, f"{site.url}/")
        body_of(fetcher, f"{site.url}/")
    assert [asked.headers.get("cookie") for asked in site.asked] == [None, None]


def test_the_environment_names_no_proxy(site: LocalSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.page("/", "direct")
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with fetcher_of() as fetcher:
        assert b"direct" in body_of(fetcher, f"{site.url}/")


def test_a_proxy_is_the_only_way_out_and_inner_addresses_stay_refused(site: LocalSite) -> None:
    """The local server plays the proxy: it sees whole URLs."""
    site.replies["http://docs.example/a"] = Reply(b"through")
    network = Network(proxy=site.url, seconds=5)
    names = {"docs.example": ["93.184.216.34"], "inner.example": ["10.0.0.1"]}

    def resolver(host: str, port: int) -> list[str]:
        if host not in names:
            raise OSError
        return names[host]

    with fetcher_of(network, resolver) as fetcher:
        assert body_of(fetcher, "http://docs.example/a") == b"through"
        for host in ("inner.example", "127.0.0.1", "[::1]", "169.254.169.254"):
            with pytest.raises(Unavailable, match="inside a network"):
                body_of(fetcher, f"http://{host}/a")
        # Inside many companies only the proxy resolves names of the outside.
        assert fetcher.get("http://unknown.example/a", 10_000).status == 404
    assert site.paths() == ["http://docs.example/a", "http://unknown.example/a"]


def test_a_message_is_posted_once_and_only_success_counts(site: LocalSite) -> None:
    site.replies["/hook"] = Reply(b"", status=204)
    site.replies["/broken"] = Reply(b"", status=500)
    site.redirect("/moved", "/hook", status=307)
    with fetcher_of() as fetcher:
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
    with fetcher_of(resolver=lambda host, port: ["127.0.0.1"]) as fetcher:
        assert b"hello" in body_of(fetcher, f"https://docs.example:{server.server_port}/")
        with pytest.raises(Unavailable, match=r"(?i)certificate"):
            body_of(fetcher, f"https://other.example:{server.server_port}/")
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
