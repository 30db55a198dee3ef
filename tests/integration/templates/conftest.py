from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.integration.imports.conftest import Inbox
from tests.programs import PASSWORD


@pytest.fixture
def inbox(client: TestClient, work: Callable[[], None]) -> Inbox:
    """The inbox of a fresh user."""
    account = {"email": "ada@example.com", "password": PASSWORD}
    assert client.post("/api/register", json=account).status_code == 201
    return Inbox(client, work)
