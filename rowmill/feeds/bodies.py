"""What clients send about feeds: sources, rules, and whole feeds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from rowmill.feeds.matching import IGNORED, LONGEST_PATTERN, Syntax
from rowmill.mill import FORMATS
from rowmill.schedules import ScheduleBody

MOST_RULES = 100
MOST_URLS = 100
LONGEST_SECRET = 64 * 1024

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=r"^[^\x00-\x1f]*$")
]
Required = Annotated[Text, Field(min_length=1)]
Pattern = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_PATTERN)
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SftpSource(_Body):
    """A folder of an SFTP server."""

    kind: Literal["sftp"]
    host: Required = Field(examples=["sftp.example.com"])
    port: int = Field(22, ge=1, le=65535)
    username: Required = Field(examples=["shop"])
    folder: Text = Field(
        "", description="Relative to the folder in which the account begins; empty for that."
    )
    recursive: bool = Field(default=False, description="Whether folders below count too.")


class BucketSource(_Body):
    """A folder of an S3-compatible bucket."""

    kind: Literal["s3"]
    bucket: Required = Field(examples=["deliveries"])
    endpoint: Text | None = Field(
        None,
        description="Where the service is; without it, Amazon's.",
        examples=["https://minio.example.com:9000"],
    )
    region: Required = "us-east-1"
    prefix: Text = Field("", description="The folder in the bucket; empty for all of it.")
    access_key_id: Text | None = Field(None, description="Without it, the bucket is public.")
    virtual_hosted: bool = Field(
        default=False, description="Whether the bucket's name stands before the endpoint's host."
    )
    recursive: bool = Field(default=False, description="Whether folders below count too.")


class FolderSource(_Body):
    """A folder of the server's own disks, below one of `ROWMILL_FEED_FOLDERS`."""

    kind: Literal["folder"]
    folder: Required = Field(examples=["/srv/deliveries"])
    recursive: bool = Field(default=False, description="Whether folders below count too.")


class HttpsSource(_Body):
    """Files at addresses of the web."""

    kind: Literal["https"]
    urls: list[Required] = Field(
        min_length=1, max_length=MOST_URLS, examples=[["https://example.com/rates.csv"]]
    )
    login: Literal["none", "basic", "bearer", "header"] = Field(
        "none",
        description="`basic` sends `username` and the secret `password`, `bearer` the secret "
        "`token`, `header` the `token` in a header of your own.",
    )
    username: Text | None = None
    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,100}$")] | None = Field(
        None, examples=["X-Api-Key"]
    )


Source = Annotated[
    SftpSource | BucketSource | FolderSource | HttpsSource, Field(discriminator="kind")
]
SECRETS: dict[str, tuple[str, ...]] = {
    "sftp": ("password", "private_key", "passphrase"),
    "s3": ("secret_access_key", "session_token"),
    "folder": (),
    "https": ("password", "token"),
}


class ReadOptionsBody(_Body):
    """How files are to be read, where that is known; the rest is found out."""

    model_config = ConfigDict(extra="forbid", title="ReadOptions")

    encoding: Text | None = None
    delimiter: Annotated[str, StringConstraints(max_length=10)] | None = None
    quote: Annotated[str, StringConstraints(max_length=1)] | None = None
    escape: Annotated[str, StringConstraints(max_length=1)] | None = None
    header: bool | None = None
    skip_rows: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    types: dict[str, str] = Field({}, description="Types of columns, by name or header.")
    day_first: bool | None = None
    nulls: list[str] = Field([], description="Texts that mean no value.")
    format: Text | None = Field(None, description=f"One of {', '.join(FORMATS)}.")
    member: Text | None = None
    sheet: Text | None = None
    records: Text | None = None

    @field_validator("format")
    @classmethod
    def _is_format(cls, name: str | None) -> str | None:
        if name not in {None, *FORMATS}:
            raise ValueError(f"'{name}' is not a format; choose one of {', '.join(FORMATS)}.")
        return name


class RuleBody(_Body):
    """Which files go where. Of several rules, the first one that fits counts."""

    model_config = ConfigDict(
        extra="forbid",
        title="FeedRule",
        json_schema_extra={"examples": [{"pattern": "sales_data_*.csv", "template": "sales"}]},
    )

    pattern: Pattern = Field(
        description="Of the name, in any case; of the whole path where it has a `/`.",
        examples=["sales_data_*.csv"],
    )
    syntax: Syntax = Field(
        "glob", description="`glob` (`*`, `**`, `?`, `[a-z]`), or `regex` for the whole name."
    )
    dataset: Text | None = Field(None, description="Slug of the dataset; made when missing.")
    template: Text | None = Field(
        None, description="`sales`, `products`, `stock`, or a template of your own."
    )
    mode: Literal["append", "replace", "upsert"] | None = Field(
        None, description="The template's where you name none, else `append`."
    )
    key: list[Required] = Field([], description="Key columns of an upsert.")
    options: ReadOptionsBody | None = Field(None, description="How the files are to be read.")


class AfterBody(_Body):
    """What happens on the server with a file that has been imported."""

    model_config = ConfigDict(extra="forbid", title="FeedAfter")

    action: Literal["keep", "move", "rename", "delete"] = "keep"
    folder: Text | None = Field(
        None, description="For `move`: relative to the feed's folder.", examples=["done"]
    )
    suffix: Annotated[str, StringConstraints(pattern=r"^[^/\x00-\x1f]{1,50}$")] | None = Field(
        None, description="For `rename`: what is added to the name.", examples=[".done"]
    )


Secrets = Annotated[
    dict[str, Annotated[str, Field(max_length=LONGEST_SECRET)] | None],
    Field(
        description="Passwords and keys, which are never answered: `password`, `private_key`, "
        "`passphrase` (sftp), `secret_access_key`, `session_token` (s3), `password`, `token` "
        "(https). In a change, one that is left out stays, null removes it.",
        examples=[{"password": "…"}],
    ),
]
Stable = Annotated[
    int,
    Field(
        ge=0,
        le=86_400,
        description="Seconds for which size and time of a file have to stay the same before it is "
        "fetched. Buckets and the web need none: files appear there whole.",
    ),
]
Ignore = Annotated[
    list[Pattern],
    Field(max_length=MOST_RULES, description="Globs of names, also of folders, left alone."),
]
Rules = Annotated[list[RuleBody], Field(max_length=MOST_RULES)]
HostKey = Annotated[
    str | None,
    Field(
        max_length=10_000,
        description="The SFTP server's key, where you know it. Else the first one it shows counts.",
        examples=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA…"],
    ),
]


class FeedIn(_Body):
    """A new feed."""

    name: Required = Field(max_length=200, examples=["Shop deliveries"])
    slug: Text | None = Field(None, description="Made from the name where you give none.")
    source: Source
    secrets: Secrets = {}
    host_key: HostKey = None
    rules: Rules = []
    ignore: Ignore = list(IGNORED)
    after: AfterBody = AfterBody()
    stable_seconds: Stable = 10
    schedule: ScheduleBody | None = Field(
        None, description="Without it, the feed runs only when it is told to."
    )
    paused: bool = False


class FeedChange(_Body):
    """What is to be changed; what is left out stays."""

    name: Required | None = None
    slug: Text | None = None
    source: Source | None = None
    secrets: Secrets = {}
    host_key: HostKey = None
    rules: Rules | None = None
    ignore: Ignore | None = None
    after: AfterBody | None = None
    stable_seconds: Stable | None = None
    schedule: ScheduleBody | None = None
    paused: bool | None = None


class ConnectionIn(_Body):
    """A connection to try: as it would be saved, or that of a feed with some changes."""

    feed: Text | None = Field(
        None, description="Id or slug of the feed whose source and secrets are used."
    )
    source: Source | None = None
    secrets: Secrets = {}
    host_key: HostKey = None


class PreviewIn(_Body):
    """Rules to try in place of the feed's own."""

    rules: Rules | None = None
    ignore: Ignore | None = None


class TrialIn(ConnectionIn):
    """A feed as it would be saved, to see what its run would take."""

    rules: Rules = []
    ignore: Ignore = list(IGNORED)
    after: AfterBody = AfterBody()
    stable_seconds: Stable = 10


class TrustIn(_Body):
    """The key that is to be trusted."""

    fingerprint: Required = Field(
        description="Of the key that the server shows now, as `SHA256:…`; its administrator can "
        "confirm it.",
        examples=["SHA256:1Yu0XyzR4VvS0Zl7uQ0lq0mH1tGmQKcC3hU8m3b0bGs"],
    )
