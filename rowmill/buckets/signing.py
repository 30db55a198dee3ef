"""Signatures of requests to S3-compatible services (AWS Signature Version 4)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from rowmill.buckets.addresses import BucketCredentials

ALGORITHM = "AWS4-HMAC-SHA256"
NO_BODY = hashlib.sha256().hexdigest()
UNCHANGED = "/-_.~"
DOTS = {".": "%2E", "..": "%2E%2E"}


def encoded_path(path: str) -> str:
    """The path as it is sent; a part of dots is written so that nobody resolves it."""
    parts = quote(path, safe=UNCHANGED).split("/")
    return "/".join(DOTS.get(part, part) for part in parts)


def encoded_query(query: Mapping[str, str]) -> str:
    """The query as it is sent and signed: sorted, with a `=` after each name."""
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query.items()
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


@dataclass(frozen=True)
class Asked:
    """A request without a body. `path` and `query` are not encoded yet."""

    method: str
    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def signed_headers(
    credentials: BucketCredentials, region: str, at: datetime, asked: Asked
) -> dict[str, str]:
    """The headers of the request, with what proves who sends it.

    Without keys they stay as they are, which is how the public asks.
    """
    if not (credentials.access_key_id and credentials.secret_access_key):
        return dict(asked.headers)
    moment = at.strftime("%Y%m%dT%H%M%SZ")
    sent = {**asked.headers, "x-amz-date": moment, "x-amz-content-sha256": NO_BODY}
    if credentials.session_token:
        sent["x-amz-security-token"] = credentials.session_token
    counted = {"host": asked.host} | {
        name.lower(): value.strip() for name, value in sent.items() if name.lower().startswith("x-")
    }
    names = ";".join(sorted(counted))
    request = "\n".join(
        [
            asked.method,
            quote(asked.path, safe=UNCHANGED),
            encoded_query(asked.query),
            *(f"{name}:{counted[name]}" for name in sorted(counted)),
            "",
            names,
            NO_BODY,
        ]
    )
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    text = "\n".join([ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    proof = f"Credential={credentials.access_key_id}/{scope}, SignedHeaders={names}"
    return {**sent, "Authorization": f"{ALGORITHM} {proof}, Signature={signature}"}
