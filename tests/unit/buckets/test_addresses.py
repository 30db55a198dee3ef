"""Where a bucket is, by what its user enters."""

from __future__ import annotations

import pytest

from rowmill.buckets import BucketAddress
from rowmill.errors import Invalid


@pytest.mark.parametrize(
    ("address", "url", "host"),
    [
        (
            BucketAddress("b", region="eu-central-1"),
            "https://s3.eu-central-1.amazonaws.com",
            ("s3.eu-central-1.amazonaws.com", 443),
        ),
        (BucketAddress("b", "http://minio:9000/"), "http://minio:9000", ("minio", 9000)),
        (BucketAddress("b", "http://minio"), "http://minio", ("minio", 80)),
        (
            BucketAddress("b", "https://oss.example.com", is_virtual_hosted=True),
            "https://b.oss.example.com",
            ("b.oss.example.com", 443),
        ),
    ],
)
def test_the_endpoint_leads_to_the_host(
    address: BucketAddress, url: str, host: tuple[str, int]
) -> None:
    assert (address.url, address.host) == (url, host)


@pytest.mark.parametrize(
    ("address", "field"),
    [
        (BucketAddress(""), "bucket"),
        (BucketAddress("b/in"), "bucket"),
        (BucketAddress("b", "minio:9000"), "endpoint"),
        (BucketAddress("b", "ftp://minio"), "endpoint"),
        (BucketAddress("b", "https://key:secret@minio"), "endpoint"),
        (BucketAddress("b", "https://minio/b"), "endpoint"),
    ],
)
def test_what_is_no_address_is_refused_by_its_field(address: BucketAddress, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        _ = address.url
    assert caught.value.errors[0]["field"] == field
