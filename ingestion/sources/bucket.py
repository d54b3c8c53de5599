"""A bucket of Amazon S3 or of a server that speaks the same protocol."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO, Final
from urllib.parse import unquote_plus

from ingestion.sources.addresses import checked_url
from ingestion.sources.asking import Answer, Ask
from ingestion.sources.credentials import Credentials
from ingestion.sources.fetching import Fetcher
from ingestion.sources.folder import hidden
from ingestion.sources.port import Entry
from ingestion.sources.signing import S3Request, signature_headers
from ingestion.sources.verdict import require_document, require_success
from ingestion.sources.xml_answers import children, parsed, parsed_bytes, text_of
from retrieval.errors import Invalid, NotFound, Unavailable

_LOCATION: Final = re.compile(r"s3://([a-zA-Z0-9][a-zA-Z0-9._-]{1,254})(?:/(.*))?", re.S)
_DEFAULT_REGION: Final = "us-east-1"
_REGION: Final = re.compile(r"[a-zA-Z0-9-]{1,60}")
_MAX_ERROR: Final = 64 * 1024
_CHECK: Final = "access key, secret key and the rights to list and read the bucket"
_REASONS: Final = {
    "NoSuchBucket": "There is no such bucket. Please check its name and the endpoint.",
    "InvalidAccessKeyId": "The access key is not known. Please check access key and endpoint.",
    "SignatureDoesNotMatch": "The secret key is wrong. Please check the secret key.",
    "RequestTimeTooSkewed": "The clock of this machine differs from the server's. Please set it.",
    "InvalidObjectState": "The document is in an archive. It must be restored there first.",
}


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """Where a bucket is; made by `bucket_place`."""

    base: str  # scheme and host: "https://minio.example.com:9000"
    path: str  # of the bucket at that host: "/documents", or "" when the host names the bucket
    prefix: str  # "" or ending with "/"
    region: str


@dataclass(frozen=True, slots=True)
class Bucket:
    place: BucketPlace
    credentials: Credentials | None  # None: open to everyone
    fetcher: Fetcher
    now: Callable[[], datetime]  # in UTC
    page: int = 1000  # keys asked for at once

    def entries(self) -> Iterator[Entry]:
        """All objects below the prefix, but for hidden ones and markers of folders."""
        token = ""
        while True:
            query = {
                "list-type": "2",
                "encoding-type": "url",
                "max-keys": str(self.page),
                "prefix": self.place.prefix,
            }
            if token:
                query["continuation-token"] = token
            with self._ask("/", query) as answer:
                listing = parsed(answer, "ListBucketResult")
            for found in children(listing, "Contents"):
                entry = self._entry(
                    unquote_plus(text_of(found, "Key")),
                    text_of(found, "ETag").strip('"'),
                    text_of(found, "Size"),
                )
                if entry is not None:
                    yield entry
            following = text_of(listing, "NextContinuationToken")
            if text_of(listing, "IsTruncated") != "true":
                return
            if following in {"", token}:
                raise Unavailable("The bucket's listing breaks off.")
            token = following

    def fetch(self, entry: Entry, target: BinaryIO, max_bytes: int) -> None:
        with self._ask(f"/{self.place.prefix}{entry.key}", {}) as answer:
            require_document(answer, entry).copy_to(target, max_bytes)

    def close(self) -> None:
        self.fetcher.close()

    def _entry(self, name: str, etag: str, size: str) -> Entry | None:
        key = name.removeprefix(self.place.prefix)
        if not key or key.endswith("/") or any(hidden(part) for part in key.split("/")):
            return None
        length = int(size) if size.isdecimal() else None
        return Entry(key, PurePosixPath(key).name, etag or None, length)

    @contextmanager
    def _ask(self, path: str, query: Mapping[str, str]) -> Iterator[Answer]:
        host = checked_url(self.place.base).netloc.decode("ascii")
        full = self.place.path + path if path != "/" else self.place.path or "/"
        request = S3Request(host, full, query)
        headers = signature_headers(request, self.credentials, self.place.region, self.now())
        with self.fetcher.stream(
            Ask(self.place.base + request.target, headers=headers, redirects=0)
        ) as answer:
            if answer.status != 200:
                _refuse(answer)
            yield answer


def bucket_place(location: str, endpoint: str | None, region: str | None) -> BucketPlace:
    """Reads s3://BUCKET/PREFIX. The bucket is part of the path at servers of one's own, unless the
    endpoint's host begins with its name.

    Raises: Invalid.
    """
    match = _LOCATION.fullmatch(location)
    if match is None:
        raise Invalid("The location of a bucket is written s3://BUCKET or s3://BUCKET/FOLDER.")
    bucket, prefix = match[1], (match[2] or "").strip("/")
    region = region or _DEFAULT_REGION
    if not _REGION.fullmatch(region):
        raise Invalid("The region has a character that no region has.")
    path = f"/{bucket}"
    if endpoint:
        url = checked_url(endpoint)
        if url.path.strip("/") or url.query or url.fragment:
            raise Invalid("The endpoint ends with its host and port: https://minio.example.com.")
        base = f"{url.scheme}://{url.netloc.decode('ascii')}"
        path = "" if url.host.startswith(f"{bucket}.") else path
    else:
        domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        base = f"https://s3.{region}.{domain}"
        if "." not in bucket and "_" not in bucket and bucket.islower():
            base, path = f"https://{bucket}.s3.{region}.{domain}", ""
    return BucketPlace(base, path, f"{prefix}/" if prefix else "", region)


def _refuse(answer: Answer) -> None:
    """By the code of S3's error, which says more than the status. Raises: NotFound, Unavailable."""
    region = answer.headers.get("x-amz-bucket-region", "")
    error = parsed_bytes(answer.read(_MAX_ERROR))
    code = text_of(error, "Code") if error is not None else ""
    if answer.status == 301 or code == "AuthorizationHeaderMalformed":
        where = region or (text_of(error, "Region") if error is not None else "") or "another one"
        raise Unavailable(f"The bucket's region is {where}. Please check region and endpoint.")
    if code in _REASONS:
        raise Unavailable(_REASONS[code])
    if code == "NoSuchKey":
        raise NotFound("The document is not in the bucket any more.")
    require_success(answer, _CHECK)
    raise Unavailable(f"The bucket answered with the status {answer.status}.")
