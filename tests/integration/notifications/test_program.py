"""Webhooks of the running program, whose workers are killed at random."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from tests.factories.webservers import WebServer
from tests.programs import Program, until


def told(receiver: WebServer, kind: str) -> dict[str, set[int]]:
    """The message ids of that kind, each with the events it told of."""
    found: dict[str, set[int]] = {}
    for received in list(receiver.received):
        message = json.loads(received.body)
        if message["type"] == kind:
            found.setdefault(received.headers["webhook-id"], set()).add(message["data"]["id"])
    return found


@pytest.mark.slow
def test_every_event_arrives_although_workers_are_killed(
    tmp_path: Path, receiver: WebServer
) -> None:
    wanted = 8
    chance = random.Random(4)
    environment = {"ROWMILL_ALLOW_PRIVATE_HOSTS": f"127.0.0.1:{receiver.port}"}
    with Program(tmp_path / "data", environment=environment) as program:
        client = program.account()
        body = {"name": "Hook", "url": receiver.url, "events": ["import.succeeded"]}
        client.post("/api/webhooks", json=body).raise_for_status()
        for number in range(wanted):
            content = f"a\n{number}\n".encode()
            client.put(f"/api/datasets/d{number}/data", content=content).raise_for_status()
            if number % 4 == 3:
                time.sleep(chance.uniform(0, 1))
                for worker in program.processes("worker"):
                    worker.kill()
        until(
            lambda: len(told(receiver, "import.succeeded")) == wanted or None,
            seconds=150,
            what=f"{wanted} messages",
        )
    events = told(receiver, "import.succeeded").values()
    assert all(len(one) == 1 for one in events), "a message tells of one event"
    assert len({event for one in events for event in one}) == wanted
