"""Feeds from real servers that drop, are slow, change their keys, or say no."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from tests.factories import s3_servers, sftp_servers, tcp_proxies, webservers
from tests.factories.sftp_servers import Behaviour, SftpServer
from tests.integration.feeds.conftest import SALES, Feeds
from tests.programs import until

BIG = b"id,text\n" + b"".join(b"%d,%s\n" % (n, b"x" * 90) for n in range(60_000))


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


@pytest.fixture
def server(folder: Path, behaviour: Behaviour) -> Iterator[SftpServer]:
    """An SFTP server on the folder."""
    with sftp_servers.changeable(folder, behaviour) as server:
        yield server


def sftp(server: SftpServer, port: int | None = None) -> dict[str, Any]:
    """Source and secrets of a feed from the server."""
    source = {
        "kind": "sftp",
        "host": "127.0.0.1",
        "port": port or server.port,
        "username": server.username,
    }
    return {"source": source, "secrets": {"password": server.credentials.password}}


def test_files_come_in_by_sftp_and_are_tidied_up(feeds: Feeds, server: SftpServer) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.put("other.txt", "x")
    feeds.make(**sftp(server), after={"action": "move", "folder": "archive/in"})

    feeds.run()
    feeds.work()

    assert feeds.states() == {"sales_1.csv": "imported", "other.txt": "unrecognised"}
    assert (feeds.folder / "archive/in/sales_1.csv").exists()
    assert not (feeds.folder / "sales_1.csv").exists()
    assert (feeds.folder / "other.txt").exists()


def test_a_server_that_drops_in_the_middle_is_asked_for_the_rest(
    feeds: Feeds, server: SftpServer, behaviour: Behaviour
) -> None:
    content = BIG * 3
    feeds.put("sales_big.csv", content)
    with tcp_proxies.bad_line(server.port) as line:
        line.bytes_per_second = 12_000_000
        feeds.make(**sftp(server, line.port))
        cutting = threading.Thread(target=cut_after, args=(line, 12_000_000))
        cutting.start()
        run = feeds.run(finish=False)
        cutting.join()

    assert run["status"] == "succeeded", run["error"]
    (item,) = feeds.all_files()
    kept = feeds.client.get(f"/api/files/{item['file_id']}/download")
    assert kept.content == content
    assert behaviour.sent < len(content) * 1.5  # it was not read anew from its beginning


def cut_after(line: tcp_proxies.BadLine, size_bytes: int) -> None:
    """Break the connection once, in the middle."""
    until(lambda: line.carried >= size_bytes, seconds=60, what="the middle of the file")
    line.cut()
    line.bytes_per_second = None


def test_what_has_arrived_is_kept_for_a_later_run(
    feeds: Feeds, server: SftpServer, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rowmill.feeds.links.PAUSES", (0.1,))
    content = BIG * 3
    feeds.put("sales_big.csv", content)
    behaviour.drop_after_bytes = 12_000_000  # far more than what is on its way at once
    feeds.make(**sftp(server))
    failed = feeds.run(finish=False)
    assert failed["status"] == "failed"
    assert failed["error"]["code"] == "connection_lost"
    feed = feeds.get()
    assert (feed["health"], feed["failures"]) == ("failing", 1)
    assert feed["next_run_at"] is not None  # it is tried again by itself

    behaviour.drop_after_bytes, behaviour.sent = None, 0
    assert feeds.run(finish=False)["status"] == "succeeded"

    (item,) = feeds.all_files()
    kept = feeds.client.get(f"/api/files/{item['file_id']}/download")
    assert kept.content == content
    assert behaviour.sent < len(content) - 1_000_000
    assert feeds.get()["health"] == "ok"


def test_the_first_host_key_is_pinned_and_another_one_refused_until_it_is_trusted(
    feeds: Feeds, folder: Path, behaviour: Behaviour
) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    with sftp_servers.changeable(folder, behaviour) as server:
        feeds.make(**sftp(server))
        feeds.run()
        port = server.port
    first = feeds.get()["host_key_fingerprint"]
    assert first.startswith("SHA256:")
    behaviour.seen_passwords.clear()

    other = asyncssh.generate_private_key("ssh-ed25519")
    with (
        sftp_servers.changeable(folder, behaviour, other) as impostor,
        tcp_proxies.bad_line(impostor.port) as line,
    ):
        secrets = sftp(impostor)["secrets"]
        known = feeds.get()["host_key"]
        source = {**sftp(impostor)["source"], "port": line.port}
        feeds.change(source=source, secrets=secrets, host_key=known)
        assert port != line.port
        failed = feeds.run(finish=False)
        assert failed["error"]["code"] == "host_key_changed"
        assert behaviour.seen_passwords == []
        shown = feeds.get()["error"]["shown_fingerprint"]
        address = "/api/feeds/deliveries/trust-host-key"
        wrong = feeds.client.post(address, json={"fingerprint": first})
        assert wrong.json()["code"] == "no_changed_host_key"

        assert feeds.client.post(address, json={"fingerprint": shown}).status_code == 200

        assert feeds.run(finish=False)["status"] == "succeeded"
        assert feeds.get()["host_key_fingerprint"] == shown


def test_a_wrong_password_is_said_plainly_and_told_nowhere(
    feeds: Feeds, server: SftpServer
) -> None:
    wrong = "not the password at all"
    feeds.make(**{**sftp(server), "secrets": {"password": wrong}})

    failed = feeds.run(finish=False)
    tried = feeds.client.post("/api/feeds/test", json={"feed": "deliveries"}).json()

    assert failed["error"]["code"] == tried["error"]["code"] == "login_refused"
    assert "ann" in failed["error"]["message"]
    everything = [feeds.get(), feeds.events(), failed, tried]
    assert wrong not in str(everything)
    assert feeds.get()["secrets"] == {"password": True, "private_key": False, "passphrase": False}
    assert "feed.run_failed" in [event["kind"] for event in feeds.events()]


def test_a_connection_can_be_tried_before_it_is_saved(feeds: Feeds, server: SftpServer) -> None:
    feeds.put("sales_1.csv", SALES.format(1))

    answer = feeds.client.post("/api/feeds/test", json=sftp(server)).json()

    assert answer["ok"] is True
    assert answer["host_key"] == server.host_key
    assert [file["path"] for file in answer["files"]] == ["sales_1.csv"]
    missing = sftp(server)
    missing["source"]["folder"] = "/nowhere"
    tried = feeds.client.post("/api/feeds/test", json=missing).json()
    assert (tried["ok"], tried["error"]["code"]) == (False, "remote_folder_missing")


def test_a_host_of_the_private_network_is_refused_by_its_name(feeds: Feeds) -> None:
    source = {"kind": "sftp", "host": "10.0.0.1", "username": "x"}

    answer = feeds.client.post("/api/feeds/test", json={"source": source}).json()

    assert answer["error"]["code"] == "private_address"
    assert "ROWMILL_ALLOW_PRIVATE_HOSTS" in answer["error"]["message"]


def test_files_come_in_from_a_bucket_and_are_tidied_up(feeds: Feeds) -> None:
    with s3_servers.moto() as bucket:
        s3 = bucket.client()
        for number, key in ((1, "in/sales_1.csv"), (2, "in//sales_2.csv"), (3, "in/folder/")):
            body = SALES.format(number).encode() if number < 3 else b""
            s3.put_object(Bucket=s3_servers.BUCKET, Key=key, Body=body)
        source = {
            "kind": "s3",
            "bucket": s3_servers.BUCKET,
            "endpoint": bucket.endpoint,
            "prefix": "in",
            "access_key_id": bucket.access_key_id,
        }
        secrets = {"secret_access_key": bucket.secret_access_key}
        feeds.make(
            source=source,
            secrets=secrets,
            stable_seconds=3600,  # what is in a bucket is whole
            after={"action": "move", "folder": "done"},
        )

        feeds.run()
        feeds.work()
        assert feeds.run()["files_new"] == 0

        assert sorted(row["id"] for row in feeds.rows("sales")) == [1, 2]
        listed = s3.list_objects_v2(Bucket=s3_servers.BUCKET)["Contents"]
        assert [entry["Key"] for entry in listed] == [
            "in/done/sales_1.csv",
            "in/done/sales_2.csv",
            "in/folder/",
        ]


class Page:
    """One address of the web with an ETag, that can drop, resume, and count what it sent."""

    def __init__(self, content: bytes, *, etag: str | None = '"1"') -> None:
        self.content = content
        self.etag = etag
        self.drop_after: int | None = None
        self.bodies: list[str] = []

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        if self.etag and request.headers.get("If-None-Match") == self.etag:
            request.send_response(304)
            request.send_header("ETag", self.etag)
            request.end_headers()
            return
        start = 0
        asked = request.headers.get("Range")
        if asked and request.headers.get("If-Range") == self.etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(self.content) - start))
        if self.etag:
            request.send_header("ETag", self.etag)
        request.end_headers()
        body = self.content[start:]
        if self.drop_after is not None and len(body) > self.drop_after:
            body, self.drop_after = body[: self.drop_after], None
        self.bodies.append(asked or "all")
        try:
            request.wfile.write(body)
        except OSError:
            return
        request.close_connection = True


def of_web(url: str) -> dict[str, Any]:
    return {
        "source": {"kind": "https", "urls": [url]},
        "rules": [{"pattern": "rates.csv", "dataset": "rates", "mode": "replace"}],
    }


def test_an_address_of_the_web_is_read_again_only_when_it_has_changed(feeds: Feeds) -> None:
    with webservers.serving() as web:
        web.behave = page = Page(b"a\n1\n")
        feeds.make(**of_web(f"{web.url}/data/rates.csv?token=1"))
        feeds.run()
        assert feeds.run()["files_new"] == 0
        assert web.received[-1].headers["if-none-match"] == '"1"'
        page.content, page.etag = b"a\n2\n", '"2"'
        assert feeds.run()["files_fetched"] == 1

    assert [row["a"] for row in feeds.rows("rates")] == [2]
    assert "token" not in next(iter(feeds.states()))


def test_an_address_that_tells_nothing_of_its_age_is_compared_by_its_content(
    feeds: Feeds,
) -> None:
    with webservers.serving() as web:
        web.behave = page = Page(b"a\n1\n", etag=None)
        feeds.make(**of_web(f"{web.url}/rates.csv"))
        for content in (b"a\n1\n", b"a\n1\n", b"a\n2\n"):
            page.content = content
            feeds.run()

    assert [row["a"] for row in feeds.rows("rates")] == [2]
    assert len(feeds.all_files()) == len(feeds.imports()) == 2


def test_a_download_from_the_web_goes_on_where_it_broke_off(feeds: Feeds) -> None:
    with webservers.serving() as web:
        page = Page(BIG)

        def dropping(request: BaseHTTPRequestHandler) -> None:
            page.drop_after = 3_000_000 if len(page.bodies) == 1 else None
            page(request)

        web.behave = dropping  # the first request is only about the headers
        feeds.make(**of_web(f"{web.url}/rates.csv"))
        assert feeds.run(finish=False)["status"] == "succeeded"

    (asked,) = [asked for asked in page.bodies if asked != "all"]
    assert int(asked.removeprefix("bytes=").removesuffix("-")) >= 2_000_000
    (item,) = feeds.all_files()
    assert feeds.client.get(f"/api/files/{item['file_id']}/download").content == BIG


def test_what_a_web_server_refuses_is_said(feeds: Feeds) -> None:
    with webservers.serving() as web:
        web.status = 403
        feeds.make(**of_web(f"{web.url}/rates.csv"))
        failed = feeds.run(finish=False)

    assert failed["status"] == "failed"
    assert "403" in failed["error"]["message"]


def test_a_real_ssh_server_is_read_by_key(feeds: Feeds, tmp_path: Path) -> None:
    keys = tmp_path / "sshd"
    keys.mkdir()
    with sftp_servers.openssh(keys) as server:
        target = server.folder / "sales_1.csv"
        target.write_text(SALES.format(1))
        os.utime(target, (1, 1))
        source = {
            "kind": "sftp",
            "host": "127.0.0.1",
            "port": server.port,
            "username": server.username,
            "folder": str(server.folder),
        }
        secrets = {"private_key": server.credentials.private_key}
        feeds.make(source=source, secrets=secrets, host_key=server.host_key)
        feeds.run()

    assert feeds.states() == {"sales_1.csv": "imported"}
