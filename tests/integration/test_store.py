"""Objects in a bucket that take several attempts: nothing is fetched twice, nothing is left."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from rowmill.settings import Settings
from rowmill.store import DRAFTS, PART_BYTES, Partial, Store, open_store
from tests.factories.s3_servers import BUCKET, S3Server, moto, storing

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with moto() as server:
        yield server


@pytest.fixture
def store(server: S3Server, settings: Settings) -> Store:
    return open_store(settings.model_copy(update=storing(server)))


def write(partial: Partial, content: bytes) -> None:
    for start in range(0, len(content), MEBIBYTE):
        partial.write(content[start : start + MEBIBYTE])


def test_a_killed_transfer_goes_on_behind_its_last_whole_part(store: Store) -> None:
    content = os.urandom(2 * PART_BYTES + 3 * MEBIBYTE)
    write(store.partial("transfer"), content[: PART_BYTES + 5 * MEBIBYTE])  # and is killed

    second = store.partial("transfer")
    assert second.size_bytes == PART_BYTES
    write(second, content[PART_BYTES : PART_BYTES + MEBIBYTE])
    second.pause()
    third = store.partial("transfer")
    assert third.size_bytes == PART_BYTES + MEBIBYTE
    assert b"".join(third.kept()) == content[: third.size_bytes]
    write(third, content[third.size_bytes :])
    third.finish("files/whole")

    assert b"".join(store.read("files/whole")) == content
    assert list(store.list(DRAFTS)) == []


def test_a_short_object_is_written_in_one_go(store: Store) -> None:
    partial = store.partial("transfer")
    partial.write(b"short")
    assert list(store.list(DRAFTS)) == []
    partial.finish("files/short")
    assert b"".join(store.read("files/short")) == b"short"


def test_a_transfer_that_is_given_up_leaves_nothing(store: Store, server: S3Server) -> None:
    partial = store.partial("transfer")
    write(partial, bytes(PART_BYTES + MEBIBYTE))
    partial.pause()
    store.partial("transfer").abort()
    assert list(store.list("")) == []
    assert uploads(server) == []


@pytest.mark.parametrize("largest_copy", [5 * 1024**3, 10 * MEBIBYTE])
def test_an_object_that_is_larger_than_what_the_service_copies_is_kept_too(
    store: Store, monkeypatch: pytest.MonkeyPatch, largest_copy: int
) -> None:
    monkeypatch.setattr("rowmill.store.LARGEST_COPY_BYTES", largest_copy)
    content = os.urandom(20 * MEBIBYTE + 1)
    draft = store.draft()
    draft.write(content)
    draft.finish("files/large")
    assert b"".join(store.read("files/large")) == content
    assert list(store.list(DRAFTS)) == []


def test_a_part_that_is_gone_fails_the_whole_and_leaves_nothing_half_written(
    store: Store, server: S3Server
) -> None:
    partial = store.partial("transfer")
    write(partial, bytes(2 * PART_BYTES))
    (_, last) = sorted(found.key for found in store.list(DRAFTS))
    store.delete(last)
    with pytest.raises(FileNotFoundError):
        partial.finish("files/whole")
    assert not store.exists("files/whole")
    assert uploads(server) == []


def uploads(server: S3Server) -> list[object]:
    """What a bucket keeps unseen of objects that were never completed."""
    found = server.client().list_multipart_uploads(Bucket=BUCKET)
    return list(found.get("Uploads", []))
