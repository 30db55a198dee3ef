from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rowmill.context import Context
from tests.factories.accounts import Account, register
from tests.factories.datasets import Sheet
from tests.factories.invoices import make_sales


@pytest.fixture
def ada(client: TestClient) -> Account:
    """A user; the client is signed in as her, by cookie."""
    return register(client, "ada@example.com")


@pytest.fixture
def served(client: TestClient) -> Context:
    """What the app under test holds."""
    return cast("Context", cast("FastAPI", client.app).state.context)


@pytest.fixture
def sales(served: Context, ada: Account) -> Callable[[str], Sheet]:
    """Make ada's sales dataset from a query."""
    return lambda query: make_sales(served, ada, query)
