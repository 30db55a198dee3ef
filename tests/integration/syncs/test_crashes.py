"""A destination that fails in every way, and a worker that is killed: nothing is lost."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.factories.destinations import FAILURES, Shop, no_answer, open_shop, slow_drip
from tests.programs import Program, finished_import, patient, until

SEED = int(os.environ.get("ROWMILL_TEST_SEED", "20240229"))
PARTS = ("worker", "postgres", "worker", "web")
FEWEST_ROUNDS = 5
MOST_ROUNDS = 25
ROUND_SECONDS = 2
KEYS = 200
BATCH = 20
QUICK = tuple(failure for failure in FAILURES if failure not in {no_answer, slow_drip})


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    environment = {
        "ROWMILL_WORKERS": "2",
        "ROWMILL_ALLOW_PRIVATE_HOSTS": "127.0.0.1",
        "ROWMILL_SHORTEST_INTERVAL_SECONDS": "1",
        "ROWMILL_SYNC_RETRY_SECONDS": "1",
    }
    with Program(tmp_path / "data", environment=environment) as program:
        yield program


def kill_parts(
    program: Program, randomness: random.Random, stopped: threading.Event, killed: list[str]
) -> None:
    """A worker, the server or PostgreSQL, each in its turn, once the program is whole again."""
    parts = cycle(PARTS)
    while not stopped.wait(randomness.uniform(1, 2)):
        if len(program.processes("worker")) < 2 or not program.is_ready():
            continue
        part = next(parts)
        victims = [program.postgres()] if part == "postgres" else program.processes(part)
        with suppress(psutil.NoSuchProcess):
            victim = randomness.choice(victims)
            if victim is not None:
                victim.kill()
                killed.append(part)


def rows(client: httpx.Client) -> dict[int, dict[str, Any]]:
    page = patient(client, "/api/datasets/goods/records?limit=1000")
    return {row["id"]: row for row in page["items"]}


def send(client: httpx.Client, content: str, mode: str) -> str:
    """The import of the rows, which is not waited for."""

    def attempt() -> str | None:
        try:
            answer = client.put(
                "/api/datasets/goods/data",
                params={"mode": mode, "key": "id"},
                content=content.encode(),
            )
        except httpx.TransportError:
            return None
        assert answer.status_code in {200, 201, 503}, answer.text
        import_id: str | None = answer.json().get("import_id") if answer.is_success else None
        return import_id

    return until(attempt, seconds=60, what="the rows are taken")


def change(client: httpx.Client, randomness: random.Random, round_: int) -> str:
    """An import of changed and new goods; now and then one that leaves some out."""
    is_replaced = round_ % 4 == 3
    chosen = randomness.sample(range(KEYS * 2), KEYS // 2 if is_replaced else 60)
    lines = [f"{key},r{round_},{randomness.randrange(9)}" for key in chosen]
    content = "\n".join(["id,name,amount", *lines])
    return send(client, content, "replace" if is_replaced else "upsert")


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_destination_ends_up_equal_whatever_fails_and_dies(program: Program) -> None:
    randomness = random.Random(SEED)
    client = program.account()
    first = "\n".join(["id,name,amount", *(f"{key},first,1" for key in range(KEYS))])
    assert finished_import(client, send(client, first, "upsert"))["status"] == "succeeded"
    with open_shop(randomness=random.Random(SEED + 1), chance=0.4, kinds=FAILURES) as shop:
        make(client, shop)
        sent = change_and_kill(program, client, randomness)
        shop.chance, shop.kinds = 0.1, QUICK
        ends = [finished_import(client, import_id)["status"] for import_id in sent]
        assert ends == ["succeeded"] * len(sent)
        until(lambda: is_settled(client), seconds=90, what="everything is delivered")

        assert shop.state == rows(client)
        repeated = len(shop.sent()) - len(shop.bodies_by_key)
        assert repeated > 0, "nothing was ever sent again: the test proves nothing"
        assert all(len(bodies) == 1 for bodies in shop.bodies_by_key.values())
        assert client.get("/api/syncs/goods/rejects").json()["items"] == []


def change_and_kill(program: Program, client: httpx.Client, randomness: random.Random) -> list[str]:
    """Imports one after the other while workers die; returns their ids."""
    stopped, killed = threading.Event(), list[str]()
    killer = threading.Thread(target=kill_parts, args=(program, randomness, stopped, killed))
    killer.start()
    try:
        sent = []
        for round_ in range(MOST_ROUNDS):
            sent.append(change(client, random.Random(SEED + round_), round_))
            time.sleep(ROUND_SECONDS)
            if round_ >= FEWEST_ROUNDS and len(killed) >= len(PARTS):
                break
    finally:
        stopped.set()
        killer.join()
    assert set(killed) == set(PARTS), "not all of them died: the test proves nothing"
    until(program.is_ready, seconds=60, what="ready after the last death")
    return sent


def make(client: httpx.Client, shop: Shop) -> None:
    target = {
        "kind": "http", "url": shop.url, "path": "/goods", "timeout_seconds": 1,
        "change_field": "_change", "delete_method": "POST", "expect_json": True,
    }  # fmt: skip
    body = {
        "name": "Goods",
        "dataset": "goods",
        "destination": target,
        "changes": ["insert", "update", "delete"],
        "schedule": {"interval_seconds": 1},
        "batch_size": BATCH,
    }
    made = client.post("/api/syncs", json=body)
    assert made.status_code == 201, made.text


def is_settled(client: httpx.Client) -> bool:
    """Whether the watermark is the dataset's version, and nothing is under way."""
    sync = patient(client, "/api/syncs/goods")
    changes = patient(client, f"/api/datasets/goods/changes?since={sync['watermark'] or 0}")
    return not sync["pending"] and not changes["items"]
