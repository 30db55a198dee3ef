"""The API against its own description: no server error, no answer that is not described.

Generated requests, valid and invalid ones, go to a real server; ids of things that exist are in
half of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rowmill.app import create_app
from rowmill.settings import Settings
from tests.factories.accounts import register
from tests.integration.test_access import World, populated
from tests.integration.test_routes import ROUTES, Route
from tests.queueing import drain

EXAMPLES = int(os.environ.get("ROWMILL_TEST_REQUESTS", "12"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SKIPPED = {"POST /api/demo", "DELETE /api/demo"}
"""Tried elsewhere: each call makes and removes a hundred thousand rows."""

SEPARATORS = ("/", "\\", "?", "#")


@dataclass
class Target:
    """A running server, what is on it, and its description."""

    address: str
    world: World
    schema: Any


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, module_database_url: str) -> Iterator[Target]:
    configured = Settings(
        data_dir=tmp_path_factory.mktemp("described"),
        min_free_bytes=0,
        rate_limit_address=0,
        rate_limit_published=0,
        rate_limit_user=0,
        login_attempts=1_000_000,
        registration_attempts=1_000_000,
        _env_file=None,
    )
    app = create_app(configured, module_database_url)
    with TestClient(app) as client:
        first = register(client)
        world = populated(client, app.state.context)
        world.owner = first
        world.actors["owner"] = first.basic
        world.ready = world.things()
        drain(module_database_url, app.state.context)
        app.state.hub.close()  # streams end at once
        with worked_on(module_database_url, configured), served(app) as address:
            schema = schemathesis.openapi.from_dict(app.openapi())
            yield Target(address, world, schema)


@contextmanager
def worked_on(database_url: str, configured: Settings) -> Iterator[None]:
    """A worker process beside the server, for the routes that wait for their jobs."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ROWMILL_")},
        "ROWMILL_DATABASE_URL": database_url,
        "ROWMILL_DATA_DIR": str(configured.data_dir),
        "ROWMILL_MIN_FREE_BYTES": "0",
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "rowmill", "worker"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(60)


class served:  # noqa: N801 - a context manager, used as a function
    """The app on a free port of this machine."""

    def __init__(self, app: Any) -> None:
        config = uvicorn.Config(app, port=0, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> str:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.mark.parametrize("route", [one for one in ROUTES if str(one) not in SKIPPED], ids=str)
def test_every_answer_is_one_that_is_described(target: Target, route: Route) -> None:
    operation = target.schema[route.path][route.method]
    things = target.world.ready if route.method == "GET" else target.world.things(route.path)
    known = {
        parameter["name"]: things[parameter["name"]]
        for parameter in route.spec.get("parameters", [])
        if parameter["in"] == "path" and parameter["name"] in things
    }
    strategies = [
        operation.as_strategy(mode, path_parameters=values or None)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for values in ([known, {}] if known else [{}])
        if mode is GenerationMode.POSITIVE or takes_input(route)
    ]

    @given(case=st.one_of(strategies))
    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case[Any]) -> None:
        headers = target.world.actors["owner"]
        if is_another_address(case):
            return
        answer = case.call(base_url=target.address, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    ask()


def takes_input(route: Route) -> bool:
    """Whether there is anything that could be wrong with a request."""
    return bool(route.spec.get("parameters") or route.spec.get("requestBody"))


def is_another_address(case: Case[Any]) -> bool:
    """Whether a generated path parameter makes it a request to another route, or to none."""
    values = [str(value) for value in (case.path_parameters or {}).values()]
    return any(not value.strip() or any(s in value for s in SEPARATORS) for value in values)


def test_the_server_is_reached(target: Target) -> None:
    assert httpx.get(f"{target.address}/healthz").status_code == 200
