"""Changes delivered as files, to a real SFTP server and a real S3 server."""

from __future__ import annotations

import csv
import json
import threading
import time
from pathlib import Path
from typing import Any

from tests.factories.s3_servers import BUCKET, moto
from tests.factories.sftp_servers import PASSWORD, changeable, openssh
from tests.factories.tcp_proxies import BadLine, bad_line
from tests.integration.syncs.conftest import Desk

FIRST = 'id,name,price\n1,Täa,2.50\n2,"a,b",3.10\n'
CHANGES = ["insert", "update", "delete"]


def make(desk: Desk, target: dict[str, Any], **secrets: str) -> None:
    body = {"name": "Goods", "dataset": "goods", "destination": target, "secrets": secrets}
    answer = desk.client.post("/api/syncs", json={**body, "changes": CHANGES})
    assert answer.status_code == 201, answer.text


def cut_when_begun(line: BadLine, folder: Path) -> None:
    """End the connection as soon as something lies in the folder."""
    deadline = time.monotonic() + 20
    while not any(folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.001)
    line.cut()


def test_each_delivery_is_a_csv_file_on_an_sftp_server(desk: Desk, tmp_path: Path) -> None:
    desk.load(FIRST)
    folder = tmp_path / "remote"
    with changeable(folder) as server:
        target = {"kind": "sftp", "host": "127.0.0.1", "port": server.port, "username": "ann"}
        make(desk, target, password=PASSWORD)
        assert desk.client.post("/api/syncs/test", json={"sync": "goods"}).json()["ok"]
        first = desk.run()
        desk.load("id,name,price\n1,Täa,2.50\n3,Pot,\n", mode="replace")
        second = desk.run()
        names = sorted(path.name for path in folder.iterdir())

    assert (first["outcome"], second["outcome"]) == ("delivered", "delivered"), second
    assert desk.get()["destination"]["host_key"] == server.host_key
    assert names[0].startswith(f"goods_{first['until']}_")
    contents = [list(csv.reader((folder / name).read_text().splitlines())) for name in names]
    assert contents == [
        [
            ["_change", "id", "name", "price"],
            ["insert", "1", "Täa", "2.50"],
            ["insert", "2", "a,b", "3.10"],
        ],
        [
            ["_change", "id", "name", "price"],
            ["insert", "3", "Pot", ""],
            ["delete", "2", "a,b", "3.10"],
        ],
    ]


def test_a_delivery_to_openssh_that_broke_off_leaves_one_whole_file(
    desk: Desk, tmp_path: Path
) -> None:
    rows = "\n".join(f"{number},{'x' * 200},1.00" for number in range(20_000))
    desk.load(f"id,name,price\n{rows}\n")
    with openssh(tmp_path) as server, bad_line(server.port) as line:
        target = {
            "kind": "sftp", "host": "127.0.0.1", "port": line.port, "username": server.username,
            "folder": str(server.folder),
        }  # fmt: skip
        key = server.credentials.private_key
        assert key is not None
        make(desk, target, private_key=key)
        assert desk.client.post("/api/syncs/test", json={"sync": "goods"}).json()["ok"]
        cutting = threading.Thread(target=cut_when_begun, args=(line, server.folder))
        cutting.start()
        run = desk.run()
        cutting.join()
        (left,) = server.folder.iterdir()

    assert (run["outcome"], run["counts"]["attempts"] > 1) == ("delivered", True), run
    assert left.name.startswith(f"goods_{run['until']}_")
    assert len(left.read_text().splitlines()) == 20_001


def test_an_sftp_server_with_another_key_gets_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.load(FIRST)
    folder = tmp_path / "remote"
    with changeable(folder) as server:
        target = {"kind": "sftp", "host": "127.0.0.1", "port": server.port, "username": "ann"}
        other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
        make(desk, {**target, "host_key": other}, password=PASSWORD)
        run = desk.run()
        assert list(folder.iterdir()) == []
    assert (run["outcome"], run["error"]["code"]) == ("failing", "host_key_changed")


def test_each_delivery_is_an_object_of_a_bucket(desk: Desk) -> None:
    desk.load(FIRST)
    with moto() as server:
        target = {
            "kind": "s3", "bucket": BUCKET, "prefix": "out", "endpoint": server.endpoint,
            "access_key_id": server.access_key_id, "format": "jsonl",
            "file_name": "{dataset}-{version}.{format}",
        }  # fmt: skip
        make(desk, target, secret_access_key=server.secret_access_key)
        run = desk.run()
        assert run["outcome"] == "delivered", run
        found = server.client().get_object(Bucket=BUCKET, Key=f"out/goods-{run['until']}.jsonl")
        lines = [json.loads(line) for line in found["Body"].read().splitlines()]
        assert desk.run()["outcome"] == "nothing"
    assert lines == [
        {"_change": "insert", "id": 1, "name": "Täa", "price": 2.5},
        {"_change": "insert", "id": 2, "name": "a,b", "price": 3.1},
    ]
