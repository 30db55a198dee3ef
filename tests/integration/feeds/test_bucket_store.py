"""An installation whose store is a bucket: a worker that dies in a transfer costs its last part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rowmill.feeds.sources.folder import FolderSource
from rowmill.remote import RemoteFile
from rowmill.settings import Settings
from rowmill.store import DRAFTS, PART_BYTES
from tests.factories.s3_servers import BUCKET, S3Server, moto
from tests.integration.feeds.conftest import Feeds
from tests.integration.feeds.test_deaths import die

BIG = b"text\n" + (b"x" * 1023 + b"\n") * (PART_BYTES // 1024 + 500)


@pytest.fixture
def server() -> Iterator[S3Server]:
    with moto() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, folder: Path, server: S3Server) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        min_free_bytes=0,
        feed_folders=(str(folder),),
        storage_url=f"s3://{BUCKET}/rowmill",
        s3_endpoint=server.endpoint,
        s3_access_key_id=server.access_key_id,
        s3_secret_access_key=server.secret_access_key,
        _env_file=None,
    )


def test_a_transfer_goes_on_behind_the_last_part_that_is_there(
    feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds.put("sales_big.csv", BIG)
    feeds.make()
    feeds.client.post("/api/feeds/deliveries/run").raise_for_status()
    die(feeds, "rowmill.store:_BucketPartial._put", "after", 1)
    assert [part.size_bytes for part in feeds.context.store.list(DRAFTS)] == [PART_BYTES]
    read: list[int] = []
    original = FolderSource.read

    def watched(self: FolderSource, file: RemoteFile, offset: int = 0) -> Iterator[bytes]:
        read.append(offset)
        return original(self, file, offset)

    monkeypatch.setattr(FolderSource, "read", watched)
    feeds.work()

    assert read == [PART_BYTES]
    assert feeds.states() == {"sales_big.csv": "imported"}
    (item,) = feeds.all_files()
    assert feeds.client.get(f"/api/files/{item['file_id']}/download").content == BIG
    assert list(feeds.context.store.list(DRAFTS)) == []
