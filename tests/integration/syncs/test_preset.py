"""The sync that the server's environment configures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rowmill.context import Context
from rowmill.settings import Settings
from rowmill.syncs import preset
from tests.factories.destinations import PASSWORD, Shop, open_shop
from tests.integration.imports.conftest import inbox
from tests.integration.syncs.conftest import Desk, desk

__all__ = ["desk", "inbox"]

HEADER = "name,price,quantity,last_updated,barcode\n"


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop(needs_login=True) as shop:
        shop.identity = "barcode"
        yield shop


@pytest.fixture
def settings(tmp_path: Path, shop: Shop) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        min_free_bytes=0,
        sync_base_url=shop.url,
        sync_username="rowmill",
        sync_password=PASSWORD,
        _env_file=None,
    )


def put(desk: Desk, content: str) -> None:
    answer = desk.client.put("/products", files={"file": ("p.csv", f"{HEADER}{content}".encode())})
    assert answer.is_success, answer.text
    desk.work()


def test_it_logs_in_and_sends_the_products_in_the_documented_form(
    desk: Desk, shop: Shop, context: Context
) -> None:
    preset.ensure(context)
    preset.ensure(context)
    put(desk, "Tea,2.50,10,2025-04-01 10:00:00,0012\n")
    assert desk.run("products")["outcome"] == "delivered"

    (sync,) = desk.client.get("/api/syncs").json()["items"]
    assert (sync["schedule_text"], sync["secrets"]) == ("every 10 minutes", {"password": True})
    assert [(request.method, request.path) for request in shop.requests] == [
        ("POST", "/auth"),
        ("POST", "/products"),
    ]
    assert b"username=rowmill" in shop.requests[0].body
    assert shop.requests[1].body == (
        b'{"products":[{"name":"Tea","price":2.50,"quantity":10,'
        b'"last_updated":"2025-04-01T10:00:00","barcode":"0012"}]}'
    )


def test_it_is_changed_where_it_is_configured(
    desk: Desk, context: Context, settings: Settings, database_url: str
) -> None:
    preset.ensure(context)
    refused = desk.client.patch("/api/syncs/products", json={"schedule": None})
    assert (refused.status_code, refused.json()["code"]) == (409, "sync_managed")
    assert desk.client.delete("/api/syncs/products").status_code == 409
    assert desk.client.post("/api/syncs/products/pause").json()["state"] == "paused"

    for changed, told in (
        ({"sync_interval_minutes": 3}, "every 3 minutes"),
        ({"sync_base_url": None}, None),
        ({}, "every 10 minutes"),
    ):
        other = Context.open(settings.model_copy(update=changed), database_url)
        preset.ensure(other)
        other.close()
        assert desk.get("products")["schedule_text"] == told
