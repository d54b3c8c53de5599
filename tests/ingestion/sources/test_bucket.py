"""What a bucket's server says when something is wrong."""

from datetime import UTC, datetime
from io import BytesIO

import pytest

from ingestion.sources.bucket import Bucket, bucket_place
from ingestion.sources.port import Entry
from retrieval.errors import Invalid, NotFound, Unavailable
from tests.ingestion.sources.local_site import LocalSite, Reply
from tests.ingestion.sources.reader import a_fetcher

LISTING = "/papers?encoding-type=url&list-type=2&max-keys=1000&prefix="


def _bucket(site: LocalSite) -> Bucket:
    place = bucket_place("s3://papers", site.url, None)
    return Bucket(place, None, a_fetcher(), lambda: datetime.now(UTC))


def _error(code: str, status: int, more: str = "") -> Reply:
    text = f'<?xml version="1.0"?><Error><Code>{code}</Code>{more}</Error>'
    return Reply(text.encode(), "application/xml", status=status)


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (_error("NoSuchBucket", 404), "no such bucket"),
        (_error("InvalidAccessKeyId", 403), "access key"),
        (_error("SignatureDoesNotMatch", 403), "secret key"),
        (_error("AccessDenied", 403), "rights"),
        (_error("RequestTimeTooSkewed", 403), "clock"),
        (_error("AuthorizationHeaderMalformed", 400, "<Region>eu-west-1</Region>"), "eu-west-1"),
        (Reply(status=301, headers={"x-amz-bucket-region": "eu-north-1"}), "eu-north-1"),
        (Reply(b"<html>", status=502), "502"),
        (Reply(b"<html>Sign in</html>"), "did not answer as expected"),
        (Reply(b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"), "breaks"),
        (Reply(status=307, headers={"Location": "http://10.0.0.1/"}), "not|often|status"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(site: LocalSite, reply: Reply, sentence: str) -> None:
    site.replies[LISTING] = reply
    source = _bucket(site)
    with pytest.raises(Unavailable, match=sentence):
        list(source.entries())
    source.close()


def test_a_document_may_be_gone_archived_or_an_error_page(site: LocalSite) -> None:
    site.replies["/papers/gone.pdf"] = _error("NoSuchKey", 404)
    site.replies["/papers/cold.pdf"] = _error("InvalidObjectState", 403)
    site.page("/papers/page.pdf", "an error page of a proxy")
    source = _bucket(site)
    for name, kind in (("gone", NotFound), ("cold", Unavailable), ("page", Invalid)):
        with pytest.raises(kind):
            source.fetch(Entry(f"{name}.pdf", f"{name}.pdf", "1"), BytesIO(), 1000)
    source.close()
