"""What an admin may give as a location, and what the sentence says when it is wrong."""

from pathlib import Path

import pytest

from ingestion.sources.bucket import Bucket, bucket_place
from ingestion.sources.credentials import Credentials, credentials_of
from ingestion.sources.fetching import Network
from ingestion.sources.folder import Folder
from ingestion.sources.opening import check_location, open_source
from ingestion.sources.repository import Repository
from ingestion.sources.webdav import Webdav
from ingestion.sources.website import Website
from retrieval.errors import Invalid

ENDPOINT = {"endpoint": "https://minio.example.com:9000"}


@pytest.mark.parametrize(
    ("kind", "location", "options", "stored"),
    [
        ("s3", "s3://papers", {}, "s3://papers"),
        ("s3", "s3://papers/hr/员工/", ENDPOINT, "s3://papers/hr/员工"),
        ("webdav", "https://cloud.example.com/dav/Papers", {}, None),
        ("website", "HTTPS://Docs.Example.com:443/guide#top", {"max_pages": 50}, None),
        ("git", "https://git.example.com/team/docs.git/", {"branch": "main"}, None),
        ("git", "https://git.example.com/team/docs.git", {"branch": None, "endpoint": None}, None),
    ],
)
def test_a_location_has_one_spelling_which_opens(
    kind: str, location: str, options: dict[str, object], stored: str | None, tmp_path: Path
) -> None:
    expected = (
        stored
        or {
            "webdav": "https://cloud.example.com/dav/Papers/",
            "website": "https://docs.example.com/guide",
            "git": "https://git.example.com/team/docs.git",
        }[kind]
    )
    assert check_location(kind, location, options) == expected
    assert check_location(kind, expected, options) == expected
    kinds = {"s3": Bucket, "webdav": Webdav, "website": Website, "git": Repository}
    source = open_source(kind, expected, options, None, Network(), tmp_path)
    assert isinstance(source, kinds[kind])
    source.close()


def test_a_folder_is_stored_without_links_and_dots(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    location = check_location("folder", f"{tmp_path}/share/../link", {})
    assert location == str((tmp_path / "share").resolve())
    assert isinstance(open_source("folder", location, {}, None, Network(), tmp_path), Folder)


@pytest.mark.parametrize(
    ("kind", "location", "options", "sentence"),
    [
        ("folder", "share/papers", {}, "whole path"),
        ("folder", "/no/such/folder", {}, "no folder"),
        ("folder", "/" + "a" * 5000, {}, "cannot be looked at"),
        ("s3", "papers", {}, "s3://BUCKET"),
        ("s3", "https://papers.s3.amazonaws.com/", {}, "s3://BUCKET"),
        ("s3", "s3://papers", {"endpoint": "minio:9000"}, "http://"),
        ("s3", "s3://papers", {"endpoint": "https://minio/x"}, "endpoint"),
        ("s3", "s3://papers", {"endpoint": "https://a:b@minio/"}, "credentials"),
        ("s3", "s3://papers", {"region": "eu west"}, "region"),
        ("s3", "s3://papers", {"branch": "main"}, "no option"),
        ("webdav", "dav://cloud.example.com/", {}, "http://"),
        ("webdav", "https://cloud.example.com/?x=1", {}, "“?”"),
        ("website", "docs.example.com", {}, "http://"),
        ("website", "https://me:secret@docs.example.com/", {}, "credentials"),
        ("website", "http://2130706433/", {}, "host"),
        ("website", "file:///etc/passwd", {}, "http://"),
        ("git", "git@example.com:team/docs.git", {}, "SSH"),
        ("git", "ssh://git@example.com/docs.git", {}, "https://"),
        ("git", "ssh://-oProxyCommand=touch/x", {}, "https://"),
        ("git", "ext::sh -c touch% /tmp/x", {}, "https://"),
        ("git", "file:///srv/docs.git", {}, "https://"),
        ("git", "/srv/docs.git", {}, "https://"),
        ("git", "--upload-pack=touch", {}, "http://"),
        ("git", "https://example.com/docs.git", {"branch": "--upload-pack=x"}, "branch"),
        ("git", "https://example.com/docs.git", {"branch": "../x"}, "branch"),
        ("ftp", "ftp://example.com", {}, "no kind"),
    ],
)
def test_a_wrong_location_is_refused_with_a_sentence(
    kind: str, location: str, options: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence.replace("?", r"\?")) as told:
        check_location(kind, location, options)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("location", "endpoint", "region", "base", "path", "prefix"),
    [
        ("s3://papers/a", None, None, "https://papers.s3.us-east-1.amazonaws.com", "", "a/"),
        (
            "s3://papers",
            None,
            "cn-north-1",
            "https://papers.s3.cn-north-1.amazonaws.com.cn",
            "",
            "",
        ),
        ("s3://a.b", None, "eu-west-1", "https://s3.eu-west-1.amazonaws.com", "/a.b", ""),
        ("s3://papers", "http://minio:9000/", None, "http://minio:9000", "/papers", ""),
        ("s3://papers", "https://papers.oss.example", None, "https://papers.oss.example", "", ""),
    ],
)
def test_a_bucket_is_asked_where_its_server_expects_it(
    location: str, endpoint: str | None, region: str | None, base: str, path: str, prefix: str
) -> None:
    place = bucket_place(location, endpoint, region)
    assert (place.base, place.path, place.prefix) == (base, path, prefix)


def test_credentials_survive_their_sealing_and_are_never_shown() -> None:
    credentials = Credentials("lê", "geheim 密")
    assert credentials_of(credentials.as_bytes()) == credentials
    assert "geheim" not in repr(credentials)
