"""Where a bucket is, and by which keys it opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from rowmill.errors import invalid
from rowmill.outbound import PORTS, checked_url


@dataclass(frozen=True)
class BucketAddress:
    """A folder (`prefix`) of a bucket; without `endpoint`, of Amazon's in that region.

    `is_virtual_hosted` puts the bucket's name before the endpoint's, for services that want it so.
    """

    bucket: str
    endpoint: str | None = None
    region: str = "us-east-1"
    prefix: str = ""
    is_virtual_hosted: bool = False

    @property
    def url(self) -> str:
        """The endpoint with its scheme. Raises: Invalid, naming the field."""
        if not self.bucket or "/" in self.bucket:
            raise invalid("bucket", "The bucket's name alone, without slashes or address.")
        given = self.endpoint or f"https://s3.{self.region}.amazonaws.com"
        parts = urlsplit(checked_url(given, field="endpoint").rstrip("/"))
        if parts.path or parts.query:
            raise invalid("endpoint", "Only scheme, host and port; the bucket has its own field.")
        if self.is_virtual_hosted:
            parts = SplitResult(parts.scheme, f"{self.bucket}.{parts.netloc}", "", "", "")
        return parts.geturl()

    @property
    def host(self) -> tuple[str, int]:
        """Host and port to connect to."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or PORTS[parts.scheme]

    @property
    def place(self) -> str:
        """The bucket as messages name it."""
        return f"the bucket {self.bucket} at {self.host[0]}"


@dataclass(frozen=True)
class BucketCredentials:
    """An access key and its secret; without both, the bucket is read as the public reads it."""

    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class BucketTimeouts:
    """In seconds: for connecting, for how long a server may be silent, and for trying again."""

    connect: float = 10
    silence: float = 60
    retry: float = 20
