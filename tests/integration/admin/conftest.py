from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.factories.accounts import Account, register
from tests.integration.admin.panel import Panel


@pytest.fixture
def panel(client: TestClient, work: Callable[[], None]) -> Panel:
    """The administration of a server, as its first user sees it."""
    admin = register(client, "admin@example.com")
    client.cookies.clear()
    return Panel(client, admin, work)


@pytest.fixture
def ada(client: TestClient, panel: Panel) -> Account:
    """A user who is no administrator."""
    account = register(client, "ada@example.com")
    client.cookies.clear()
    assert panel.admin.id != account.id
    return account
