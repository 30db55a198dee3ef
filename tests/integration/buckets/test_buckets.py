"""Files in and out of an S3-compatible bucket, and what is said where that fails."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from rowmill.buckets import (
    BucketAddress,
    BucketCredentials,
    BucketMissing,
    BucketSession,
    BucketTimeouts,
    KeysRefused,
    connect,
)
from rowmill.errors import Invalid
from rowmill.outbound import (
    BrokenAnswer,
    ConnectionRefused,
    HostNotFound,
    OutboundError,
    PrivateAddress,
    TlsFailed,
)
from rowmill.remote import (
    ConnectionLost,
    RemoteAccessDenied,
    RemoteError,
    RemoteFileChanged,
    RemoteFileExists,
    RemoteFileMissing,
    ServerSilent,
)
from rowmill.settings import Settings
from tests.factories.s3_servers import BUCKET, S3Server, moto
from tests.factories.sftp_servers import allowing_loopback
from tests.factories.tcp_proxies import bad_line
from tests.factories.webservers import certificate, serving
from tests.programs import free_port

Connect = Callable[..., AbstractContextManager[BucketSession]]
KEYS = BucketCredentials("AKIAEXAMPLE", "it's a secret")
MEBIBYTE = 1024 * 1024
LISTING = (
    b"<ListBucketResult><Contents><Key>a.csv</Key><Size>1</Size><ETag>x</ETag>"
    b"<LastModified>2026-01-31T00:00:00.000Z</LastModified></Contents></ListBucketResult>"
)
IMPATIENT = BucketTimeouts(connect=2, silence=0.5, retry=1)


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with moto() as server:
        yield server


@pytest.fixture
def address(server: S3Server) -> BucketAddress:
    """A folder of the bucket for one test."""
    return BucketAddress(BUCKET, server.endpoint, prefix=f"in/{uuid4().hex}")


@pytest.fixture
def connected(settings: Settings) -> Connect:
    """`connect` on an installation that may reach this machine."""
    return partial(connect, allowing_loopback(settings))


@pytest.fixture
def session(address: BucketAddress, connected: Connect) -> Iterator[BucketSession]:
    with connected(address, KEYS) as session:
        yield session


def put(server: S3Server, address: BucketAddress, name: str, content: bytes = b"x") -> None:
    server.client().put_object(Bucket=BUCKET, Key=f"{address.prefix}/{name}", Body=content)


def keys(server: S3Server, address: BucketAddress) -> list[str]:
    found = server.client().list_objects_v2(Bucket=BUCKET, Prefix=address.prefix)
    return [item["Key"].removeprefix(f"{address.prefix}/") for item in found.get("Contents", [])]


def test_a_listing_tells_size_time_and_etag_below_the_prefix_alone(
    server: S3Server, address: BucketAddress, session: BucketSession
) -> None:
    put(server, address, "a b/ä+%#.csv", b"12345")
    put(server, address, "sales.csv")
    server.client().put_object(Bucket=BUCKET, Key=f"{address.prefix}-other/b.csv", Body=b"x")
    assert [file.path for file in session.files()] == ["sales.csv"]
    assert [file.path for file in session.files("*.json")] == []
    odd, _ = session.files(recursive=True)
    assert (odd.path, odd.size_bytes) == ("a b/ä+%#.csv", 5)
    assert odd.modified_at is not None
    assert odd.etag
    assert session.stat(odd.path) == odd
    assert b"".join(session.read(odd.path)) == b"12345"


def test_more_files_than_a_page_holds_are_all_listed(
    server: S3Server, address: BucketAddress, session: BucketSession
) -> None:
    client = server.client()
    for number in range(1100):
        client.put_object(Bucket=BUCKET, Key=f"{address.prefix}/{number:04}.csv", Body=b"")
    assert [file.path for file in session.files()] == [f"{n:04}.csv" for n in range(1100)]


@pytest.mark.parametrize("size", [0, 1, 20 * MEBIBYTE + 3])
def test_a_file_arrives_as_it_was_written_from_any_offset(
    session: BucketSession, size: int
) -> None:
    content = os.urandom(size)
    written = session.write("out/file", (content[i : i + 700_000] for i in range(0, size, 700_000)))
    assert (written.path, written.size_bytes) == ("out/file", size)
    for offset in {0, 1, size // 2, size, size + 10}:
        assert b"".join(session.read("out/file", offset, written.etag)) == content[offset:]


def test_a_write_that_fails_on_our_side_leaves_nothing(
    server: S3Server, address: BucketAddress, session: BucketSession
) -> None:
    def pieces() -> Iterator[bytes]:
        yield bytes(20 * MEBIBYTE)
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        session.write("out", pieces())
    assert keys(server, address) == []
    assert "Uploads" not in server.client().list_multipart_uploads(Bucket=BUCKET)


def test_a_file_that_became_another_is_not_continued(
    server: S3Server, address: BucketAddress, session: BucketSession
) -> None:
    put(server, address, "a.csv", b"first version")
    etag = session.stat("a.csv").etag
    put(server, address, "a.csv", b"second version")
    with pytest.raises(RemoteFileChanged, match=r"a\.csv"):
        list(session.read("a.csv", 5, etag))


def test_a_move_never_replaces_what_is_there_and_can_be_repeated(
    server: S3Server, address: BucketAddress, session: BucketSession
) -> None:
    put(server, address, "a.csv", b"new")
    put(server, address, "done/a.csv", b"old")
    with pytest.raises(RemoteFileExists, match=r"done/a\.csv"):
        session.move("a.csv", "done/a.csv")
    put(server, address, "done/b.csv", b"new")  # copied, and killed before the delete
    session.move("a.csv", "done/b.csv")
    session.move("done/b.csv", "done/c.csv")
    assert keys(server, address) == ["done/a.csv", "done/c.csv"]
    with pytest.raises(RemoteFileMissing):
        session.move("a.csv", "b.csv")


def test_a_file_that_is_too_large_to_be_copied_there_is_moved_through_here(
    server: S3Server,
    address: BucketAddress,
    session: BucketSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rowmill.buckets.session.LARGEST_COPY_BYTES", 10 * MEBIBYTE)
    content = os.urandom(20 * MEBIBYTE + 1)
    put(server, address, "large.csv", content)
    session.move("large.csv", "done/large.csv")
    assert keys(server, address) == ["done/large.csv"]
    assert b"".join(session.read("done/large.csv")) == content


def test_a_delete_deletes_and_says_where_there_was_nothing(
    server: S3Server, address: BucketAddress, session: BucketSession
) -> None:
    put(server, address, "a.csv")
    session.delete("a.csv")
    assert keys(server, address) == []
    for act in (session.delete, session.stat, lambda path: list(session.read(path))):
        with pytest.raises(RemoteFileMissing, match=r"a\.csv"):
            act("a.csv")


def test_a_target_is_tried_without_leaving_a_trace(
    server: S3Server, address: BucketAddress, session: BucketSession
) -> None:
    session.check(is_target=True)
    assert keys(server, address) == []


def test_a_missing_bucket_is_named(server: S3Server, connected: Connect) -> None:
    with connected(BucketAddress("no-such-bucket", server.endpoint), KEYS) as session:
        with pytest.raises(BucketMissing, match="no-such-bucket"):
            session.check()
        with pytest.raises(BucketMissing, match="no-such-bucket"):
            session.write("a.csv", [b"x"])


def test_wrong_keys_are_told_from_a_key_that_may_not(
    server: S3Server, address: BucketAddress, connected: Connect
) -> None:
    put(server, address, "a.csv")
    key, secret = server.user("s3:*")
    reader = server.user("s3:ListBucket", "s3:GetObject")
    nobody = server.user()
    with server.insisting():
        with connected(address, BucketCredentials(key, secret)) as session:
            session.check(is_target=True)
            assert b"".join(session.read("a.csv")) == b"x"
        wrong = {("AKIAUNKNOWN", secret): "does not know the access key", (key, "x"): "the secret"}
        for pair, words in wrong.items():
            with (
                connected(address, BucketCredentials(*pair)) as session,
                pytest.raises(KeysRefused, match=words),
            ):
                session.check()
        with connected(address, BucketCredentials(*reader)) as session:
            session.check()
            with pytest.raises(RemoteAccessDenied, match="s3:PutObject"):
                session.check(is_target=True)
        with (
            connected(address, BucketCredentials(*nobody)) as session,
            pytest.raises(RemoteAccessDenied, match="s3:ListBucket"),
        ):
            session.check()


def test_without_keys_no_keys_of_this_machine_are_used(
    connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEMACHINE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret of the machine")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token of the machine")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    with serving() as web:
        for credentials in (BucketCredentials(), KEYS):
            address = BucketAddress("b", f"http://127.0.0.1:{web.port}")
            with connected(address, credentials) as session, contextlib.suppress(OutboundError):
                session.check()
        sent = str([request.headers for request in web.received])
    assert len(web.received) >= 2
    assert "AKIAEXAMPLE" in sent
    assert "machine" not in sent.lower()


@pytest.mark.parametrize("key", ["/odd.csv", "a//b.csv", "a/./b.csv", "a/../b+ä.csv", "a\tb.csv"])
def test_a_file_whose_key_has_odd_parts_is_like_any_other(
    server: S3Server, address: BucketAddress, session: BucketSession, key: str
) -> None:
    put(server, address, key, b"12345")
    put(server, address, "usual.csv")

    (odd,) = (file for file in session.files(recursive=True) if file.path != "usual.csv")
    assert (odd.path, odd.size_bytes) == (key, 5)
    assert session.stat(key) == odd
    assert b"".join(session.read(key, 2, odd.etag)) == b"345"
    with pytest.raises(RemoteFileChanged):
        list(session.read(key, 2, '"another"'))
    session.move(key, f"done/{key}")
    session.move(f"done/{key}", "done/usual.csv")
    assert keys(server, address) == ["done/usual.csv", "usual.csv"]
    with pytest.raises(RemoteFileMissing):
        session.delete(key)
    put(server, address, key)
    session.delete(key)
    assert keys(server, address) == ["done/usual.csv", "usual.csv"]


def test_keys_from_the_root_of_a_bucket_are_read(server: S3Server, connected: Connect) -> None:
    server.client().put_object(Bucket=BUCKET, Key="/0.csv", Body=b"x")
    with connected(BucketAddress(BUCKET, server.endpoint), KEYS) as session:
        assert "/0.csv" in [file.path for file in session.files()]
        assert b"".join(session.read("/0.csv")) == b"x"
        session.delete("/0.csv")


def test_what_stands_for_a_folder_is_no_file(
    server: S3Server, address: BucketAddress, session: BucketSession
) -> None:
    for name in ("", "folder/", "folder/a.csv"):
        put(server, address, name, b"x" if name.endswith("csv") else b"")
    assert [file.path for file in session.files(recursive=True)] == ["folder/a.csv"]


def test_a_web_server_is_not_taken_for_a_bucket(connected: Connect) -> None:
    with (
        serving() as web,
        connected(BucketAddress("b", f"http://127.0.0.1:{web.port}"), KEYS) as session,
        pytest.raises(BrokenAnswer, match="no S3-compatible service"),
    ):
        session.check()


def test_a_redirect_leads_nowhere(
    server: S3Server, connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    with serving() as web:
        web.status, web.headers = 307, {"Location": f"{server.endpoint}/moto-api/"}
        with (
            connected(BucketAddress("b", f"http://127.0.0.1:{web.port}"), KEYS) as session,
            pytest.raises(BrokenAnswer, match="sends on to another host"),
        ):
            session.check()


def test_hosts_that_cannot_or_may_not_be_reached_are_named(
    settings: Settings, connected: Connect
) -> None:
    port = free_port()
    with (
        connected(BucketAddress("b", f"http://127.0.0.1:{port}"), KEYS, IMPATIENT) as session,
        pytest.raises(ConnectionRefused, match=f"127.0.0.1:{port}"),
    ):
        session.check()
    refused: list[tuple[str, type[Exception]]] = [
        ("https://127.0.0.1", PrivateAddress),
        ("https://no-such-host.invalid", HostNotFound),
        ("http://1.1.1.1", RemoteError),
        ("https://1.1.1.1/path", Invalid),
        ("1.1.1.1", Invalid),
    ]
    for endpoint, error in refused:
        with pytest.raises(error), connect(settings, BucketAddress("b", endpoint), KEYS):
            pass


def test_a_certificate_that_nobody_signed_is_refused(connected: Connect, tmp_path: Path) -> None:
    with (
        serving(certificate(tmp_path, "127.0.0.1", is_authority=False).context) as web,
        connected(BucketAddress("b", f"https://127.0.0.1:{web.port}"), KEYS, IMPATIENT) as session,
        pytest.raises(TlsFailed, match="not accepted"),
    ):
        session.check()
    assert web.received == []


def test_a_service_whose_certificate_this_machine_trusts_is_read_over_tls(
    connected: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = certificate(tmp_path, "127.0.0.1", is_authority=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.path))
    with serving(trusted.context) as web:
        web.body = LISTING
        with connected(BucketAddress("b", f"https://127.0.0.1:{web.port}"), KEYS) as session:
            assert [file.path for file in session.files()] == ["a.csv"]
    assert "AWS4-HMAC-SHA256" in web.received[0].headers["authorization"]


def test_a_cut_is_survived_and_a_longer_one_can_be_resumed(
    server: S3Server, address: BucketAddress, connected: Connect
) -> None:
    content = os.urandom(12 * MEBIBYTE)
    put(server, address, "large", content)
    with bad_line(server.port) as line:
        through = BucketAddress(BUCKET, f"http://127.0.0.1:{line.port}", prefix=address.prefix)
        received = bytearray()
        line.cut_after_bytes = 5 * MEBIBYTE
        with connected(through, KEYS, IMPATIENT) as session, contextlib.suppress(ConnectionLost):
            for piece in session.read("large"):
                received += piece
        assert 0 < len(received) < len(content)
        line.cut_after_bytes = None
        with connected(through, KEYS, IMPATIENT) as session:
            for piece in session.read("large", len(received)):
                received += piece
    assert received == content


def test_a_frozen_line_is_an_error_and_no_hang(
    server: S3Server, address: BucketAddress, connected: Connect
) -> None:
    put(server, address, "a.csv")
    with bad_line(server.port) as line:
        through = BucketAddress(BUCKET, f"http://127.0.0.1:{line.port}", prefix=address.prefix)
        line.is_frozen = True
        with connected(through, KEYS, IMPATIENT) as session, pytest.raises(ServerSilent):
            session.check()


def test_secrets_are_not_shown_by_accident() -> None:
    assert "s1" not in repr(BucketCredentials("key", "s1", "s1"))
