"""Destinations that never answer: nobody else of the workspace waits for them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.factories.destinations import Handler, Request, open_shop
from tests.programs import Program, finished_import, until

SYNCS = 8


@pytest.mark.slow
def test_an_import_begins_at_once_while_more_syncs_hang_than_jobs_may_run(tmp_path: Path) -> None:
    over = threading.Event()

    def hang(handler: Handler, request: Request) -> None:  # noqa: ARG001 - one of a kind
        over.wait(120)
        handler.reset()

    environment = {
        "ROWMILL_ALLOW_PRIVATE_HOSTS": "127.0.0.1",
        "ROWMILL_WORKSPACE_CONNECTIONS": "16",
    }
    with (
        open_shop(failures=[hang] * SYNCS * 10) as shop,
        Program(tmp_path / "data", environment=environment) as program,
    ):
        client = program.account()
        put = "/api/datasets/goods/data"
        sent = client.put(put, params={"key": "id"}, content=b"id\n1\n").json()
        finished_import(client, sent["import_id"])
        for number in range(SYNCS):
            target = {"kind": "http", "url": shop.url, "timeout_seconds": 120}
            body = {"name": f"To {number}", "dataset": "goods", "destination": target}
            made = client.post("/api/syncs", json=body).raise_for_status().json()
            client.post(f"/api/syncs/{made['id']}/run").raise_for_status()
        until(lambda: len(shop.requests) > 3, seconds=60, what="more syncs hang than jobs may run")

        sent = client.put(put, params={"key": "id"}, content=b"id\n2\n").json()
        assert finished_import(client, sent["import_id"], seconds=60)["status"] == "succeeded"
        assert not over.is_set()
        shop.failures.clear()
        over.set()
