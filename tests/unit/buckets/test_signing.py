"""Our signatures are those that Amazon's own library makes."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from rowmill.buckets.addresses import BucketCredentials
from rowmill.buckets.signing import (
    NO_BODY,
    Asked,
    encoded_path,
    encoded_query,
    signed_headers,
)

AT = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("token", [None, "a token"])
@pytest.mark.parametrize(
    ("method", "path", "query", "headers"),
    [
        (
            "GET",
            "/bucket",
            {"list-type": "2", "prefix": "ä+/ b&=", "continuation-token": "a/b="},
            {},
        ),
        ("HEAD", "/bucket/in//a (1)~.csv", {}, {}),
        ("GET", "/bucket/a%20b", {}, {"Range": "bytes=5-", "If-Match": '"x"'}),
        ("PUT", "/bucket/done//a", {}, {"x-amz-copy-source": "/bucket/%2Fa"}),
    ],
)
def test_it_is_what_amazon_would_sign(
    token: str | None, method: str, path: str, query: dict[str, str], headers: dict[str, str]
) -> None:
    mine = signed_headers(
        BucketCredentials("AKIAEXAMPLE", "it's a secret", token),
        "eu-central-1",
        AT,
        Asked(method, "minio.example:9000", path, query, headers),
    )
    url = f"https://minio.example:9000{encoded_path(path)}?{encoded_query(query)}".rstrip("?")
    counted = {name: value for name, value in headers.items() if name.startswith("x-")}
    theirs = AWSRequest(method, url, {**counted, "X-Amz-Content-SHA256": NO_BODY})
    with patch("botocore.auth.get_current_datetime", return_value=AT.replace(tzinfo=None)):
        signer = S3SigV4Auth(
            Credentials("AKIAEXAMPLE", "it's a secret", token), "s3", "eu-central-1"
        )
        signer.add_auth(theirs)

    assert mine["Authorization"] == theirs.headers["Authorization"]
    assert mine.get("Range") == headers.get("Range")


def test_without_keys_nothing_is_signed() -> None:
    sent = signed_headers(
        BucketCredentials(), "r", AT, Asked("GET", "h", "/b", {}, {"Range": "bytes=1-"})
    )
    assert sent == {"Range": "bytes=1-"}
