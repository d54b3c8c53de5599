"""Requests to S3, signed. Source: AWS Signature Version 4 for Amazon S3."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from ingestion.sources.credentials import Credentials

_UNRESERVED: Final = "-_.~"
_NO_CONTENT: Final = hashlib.sha256(b"").hexdigest()
_ALGORITHM: Final = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class S3Request:
    host: str  # with the port, as in the header Host
    path: str  # not encoded: "/bucket/Übersicht.pdf"
    query: Mapping[str, str]  # not encoded

    @property
    def target(self) -> str:
        """As it stands in the URL. Segments of dots are encoded, else they would be folded."""
        segments = (
            quote(part, safe=_UNRESERVED) if part.strip(".") else part.replace(".", "%2E")
            for part in self.path.split("/")
        )
        query = _query(self.query)
        return "/".join(segments) + (f"?{query}" if query else "")


def signature_headers(
    request: S3Request, credentials: Credentials | None, region: str, now: datetime
) -> dict[str, str]:
    """Of a GET without content. None when a bucket is open to everyone."""
    if credentials is None:
        return {}
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "host": request.host,
        "x-amz-content-sha256": _NO_CONTENT,
        "x-amz-date": moment,
    }
    names = ";".join(headers)
    canonical = "\n".join(
        (
            "GET",
            quote(request.path, safe=f"/{_UNRESERVED}"),
            _query(request.query),
            *(f"{name}:{value}" for name, value in headers.items()),
            "",
            names,
            _NO_CONTENT,
        )
    )
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join((_ALGORITHM, moment, scope, digest))
    key = f"AWS4{credentials.password}".encode()
    for part in (moment[:8], region, "s3", "aws4_request"):
        key = _mac(key, part)
    signature = _mac(key, to_sign).hex()
    headers["Authorization"] = (
        f"{_ALGORITHM} Credential={credentials.username}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    del headers["host"]
    return headers


def _query(values: Mapping[str, str]) -> str:
    pairs = sorted(
        (quote(k, safe=_UNRESERVED), quote(v, safe=_UNRESERVED)) for k, v in values.items()
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
