"""An installation whose store is a bucket: a worker that dies in a transfer costs its last part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rowmill.settings import Settings
from rowmill.store import DRAFTS, PART_BYTES
from tests.factories.feeds import watching
from tests.factories.s3_servers import S3Server, moto, storing
from tests.integration.feeds.conftest import Feeds, begun_reads
from tests.integration.feeds.test_deaths import die

BIG = b"text\n" + (b"x" * 1023 + b"\n") * (PART_BYTES // 1024 + 500)


@pytest.fixture
def server() -> Iterator[S3Server]:
    with moto() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, folder: Path, server: S3Server) -> Settings:
    local = watching(tmp_path / "data", folder)
    return local.model_copy(update=storing(server))


def test_a_transfer_goes_on_behind_the_last_part_that_is_there(
    feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds.put("sales_big.csv", BIG)
    feeds.make()
    feeds.client.post("/api/feeds/deliveries/run").raise_for_status()
    die(feeds, "rowmill.store:_BucketPartial._put", "after", 1)
    assert [part.size_bytes for part in feeds.context.store.list(DRAFTS)] == [PART_BYTES]
    read = begun_reads(monkeypatch)
    feeds.work()

    assert read == [PART_BYTES]
    assert feeds.states() == {"sales_big.csv": "imported"}
    (item,) = feeds.all_files()
    assert feeds.client.get(f"/api/files/{item['file_id']}/download").content == BIG
    assert list(feeds.context.store.list(DRAFTS)) == []
