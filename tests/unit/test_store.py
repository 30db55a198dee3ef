from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rowmill.errors import OutOfSpace
from rowmill.settings import Settings
from rowmill.store import DRAFTS, FolderStore, open_store


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path, min_free_bytes=0)


def test_an_object_appears_only_when_it_is_finished(store: FolderStore) -> None:
    draft = store.draft()
    draft.write(b"one ")
    draft.write(b"two")
    assert not store.exists("files/a/object")

    draft.finish("files/a/object")

    assert b"".join(store.read("files/a/object")) == b"one two"
    assert list(store.list(DRAFTS)) == []


def test_an_aborted_draft_leaves_nothing(store: FolderStore) -> None:
    draft = store.draft()
    draft.write(b"half")
    draft.abort()
    assert list(store.list("")) == []


def test_a_full_disk_is_said_as_such(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = store.draft()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    draft.write(b"bytes")
    with pytest.raises(OutOfSpace):
        draft.finish("files/a")
    draft.abort()
    assert list(store.list("")) == []


def test_a_failure_of_the_disk_between_two_pieces_is_not_forgotten(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system tells it once, and not again at the end."""
    failures = [OSError(errno.EIO, "Input/output error")]
    real = os.fdatasync

    def sync(descriptor: int) -> None:
        if failures:
            raise failures.pop()
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", sync)
    monkeypatch.setattr("rowmill.store.SYNC_BYTES", 4)
    draft = store.draft()
    for _ in range(3):
        draft.write(b"bytes")
    draft._syncer.submit(int).result()  # type: ignore[attr-defined]  # what waited is done
    with pytest.raises(OSError, match="Input/output error"):
        draft.finish("files/a")
    draft.abort()
    assert list(store.list("")) == []


def test_pieces_are_written_in_order_however_few_bytes_the_system_takes_at_once(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.writev

    def reluctant(descriptor: int, pieces: list[memoryview]) -> int:
        return real(descriptor, [b"".join(pieces)[:7]])

    monkeypatch.setattr(os, "writev", reluctant)
    monkeypatch.setattr("rowmill.store.SYNC_BYTES", 50)
    pieces = [str(number).encode() * (number % 5) for number in range(900)]
    draft = store.draft()
    draft.write(*pieces[:700])
    draft.write()
    draft.write(*pieces[700:])
    draft.finish("files/a")
    assert b"".join(store.read("files/a")) == b"".join(pieces)


def test_an_upload_that_would_eat_the_reserve_is_refused_before_it_begins(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, min_free_bytes=1024)
    with pytest.raises(OutOfSpace):
        store.draft(expected_bytes=2**60)


def test_listing_says_key_size_and_age(store: FolderStore) -> None:
    draft = store.draft()
    draft.write(b"12345")
    draft.finish("lake/x/part.parquet")

    (found,) = store.list("lake")

    assert (found.key, found.size_bytes) == ("lake/x/part.parquet", 5)
    assert datetime.now(UTC) - found.modified_at < timedelta(minutes=1)


def test_deleting_a_folder_removes_all_below_and_says_how_many(store: FolderStore) -> None:
    for name in ("a", "b", "deep/c"):
        draft = store.draft()
        draft.finish(f"lake/import/{name}")
    assert store.delete_folder("lake/import") == 3
    assert list(store.list("lake")) == []
    assert store.delete_folder("lake/import") == 0


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"s3_endpoint": "https://minio.example:9000"},
        {"s3_access_key_id": "key", "s3_secret_access_key": "secret"},
    ],
    ids=["everything from the environment", "an endpoint", "a key"],
)
def test_a_bucket_needs_no_more_than_its_name(given: dict[str, Any]) -> None:
    store = open_store(Settings(storage_url="s3://bucket/prefix", **given, _env_file=None))
    assert store.uri("a") == "s3://bucket/prefix/a"


def test_a_partial_object_goes_on_where_it_was_left(store: FolderStore) -> None:
    first = store.partial("transfer")
    first.write(b"one ")
    first.pause()

    second = store.partial("transfer")

    assert second.size_bytes == 4
    assert b"".join(second.kept()) == b"one "
    second.write(b"two")
    second.finish("files/a")
    assert b"".join(store.read("files/a")) == b"one two"
    third = store.partial("transfer")
    assert third.size_bytes == 0
    third.abort()


def test_nobody_writes_into_a_partial_object_that_somebody_else_writes(
    store: FolderStore,
) -> None:
    first, second = store.partial("transfer"), store.partial("transfer")
    first.write(b"one")
    second.write(b"two")

    second.finish("files/b")
    first.finish("files/a")

    assert [b"".join(store.read(f"files/{name}")) for name in "ab"] == [b"one", b"two"]
