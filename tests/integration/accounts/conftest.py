from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import pytest
from fastapi.testclient import TestClient

from rowmill.app import create_app
from rowmill.settings import Settings


class Serve(Protocol):
    """Starts one more server process's app on the test's database."""

    def __call__(
        self, *, base_url: str = "http://testserver", address: str = "testclient", **settings: Any
    ) -> TestClient: ...


@pytest.fixture
def serve(settings: Settings, database_url: str) -> Iterator[Serve]:
    """Apps with settings of their own; `address` is where their client seems to come from."""
    with ExitStack() as running:

        def start(
            *,
            base_url: str = "http://testserver",
            address: str = "testclient",
            **changed: Any,
        ) -> TestClient:
            app = create_app(settings.model_copy(update=changed), database_url)
            client = TestClient(app, base_url=base_url, client=(address, 50000))
            return running.enter_context(client)

        yield start
