"""The signature that Amazon's own documentation gives as an example."""

from datetime import UTC, datetime

from ingestion.sources.credentials import Credentials
from ingestion.sources.signing import S3Request, signature_headers

AMAZON = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
MOMENT = datetime(2013, 5, 24, tzinfo=UTC)


def test_a_listing_is_signed_as_in_the_documentation() -> None:
    """Source: "Authenticating Requests (AWS Signature Version 4)", example GET Bucket."""
    request = S3Request("examplebucket.s3.amazonaws.com", "/", {"max-keys": "2", "prefix": "J"})
    headers = signature_headers(request, AMAZON, "us-east-1", MOMENT)
    assert headers["x-amz-date"] == "20130524T000000Z"
    assert headers["Authorization"].endswith(
        "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    )
    assert AMAZON.password not in str(headers)


def test_an_open_bucket_is_asked_without_a_signature() -> None:
    assert signature_headers(S3Request("x", "/", {}), None, "us-east-1", MOMENT) == {}


def test_a_key_that_looks_like_a_way_up_stays_a_key() -> None:
    request = S3Request("x", "/papers/../a b/./ü", {})
    assert request.target == "/papers/%2E%2E/a%20b/%2E/%C3%BC"
