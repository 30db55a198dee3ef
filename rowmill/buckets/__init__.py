"""The seam to S3-compatible buckets of other people: files in, files out."""

from __future__ import annotations

from rowmill.buckets.addresses import BucketAddress, BucketCredentials, BucketTimeouts
from rowmill.buckets.errors import BucketMissing, KeysRefused, WrongRegion
from rowmill.buckets.session import BucketSession, connect

__all__ = [
    "BucketAddress",
    "BucketCredentials",
    "BucketMissing",
    "BucketSession",
    "BucketTimeouts",
    "KeysRefused",
    "WrongRegion",
    "connect",
]
