"""A sync's life in the browser: made, delivering, following changes, a refused record mended."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.factories.destinations import PASSWORD as SHOP_PASSWORD
from tests.factories.destinations import Shop, open_shop
from tests.programs import finished_import, until

ENVIRONMENT = {"ROWMILL_ALLOW_PRIVATE_HOSTS": "127.0.0.1"}  # so that it may connect to the tests


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


def put_rows(client: httpx.Client, slug: str, rows: list[str]) -> None:
    """Products by their id, added to the dataset or changed in it."""
    body = "\n".join(["id,name,price", *rows]).encode()
    query = {"mode": "upsert", "key": "id"}
    answer = client.put(f"/api/datasets/{slug}/data", content=body, params=query)
    run = finished_import(client, answer.raise_for_status().json()["import_id"])
    assert run["status"] == "succeeded", run


def make_sync(page: Page, shop: Shop, slug: str, name: str) -> None:
    """Fill in the form as a person would, and save it."""
    page.goto(f"/syncs/new?dataset={slug}")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Base URL").fill(shop.url)
    page.get_by_label("Path", exact=True).fill("/items")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("It answers")).to_be_visible()
    page.get_by_role("button", name="Make sync").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_sync_made_in_the_browser_delivers_and_a_changed_row_follows(
    signed_in: Page, client: httpx.Client, shop: Shop
) -> None:
    put_rows(client, "items", ["1,Chair,10", "2,Table,20"])
    make_sync(signed_in, shop, "items", "Items to the shop")

    batches = signed_in.get_by_role("list", name="Batches").get_by_role("listitem")
    expect(batches).to_have_count(1)
    expect(batches).to_contain_text("Delivered")
    expect(batches).to_contain_text("2 records")
    expect(signed_in.get_by_text("Up to date")).to_be_visible()
    assert [row["name"] for row in shop.state.values()] == ["Chair", "Table"]

    put_rows(client, "items", ["2,Table,25"])
    expect(signed_in.get_by_text("Changes wait")).to_be_visible()
    signed_in.get_by_role("link", name="What waits").click()
    expect(signed_in.get_by_label("the records", exact=True)).to_contain_text("25")
    signed_in.get_by_role("button", name="Run now").click()
    until(lambda: shop.state[2]["price"] == 25, seconds=30, what="the changed row")
    expect(signed_in.get_by_text("Nothing waits")).to_be_visible()


def test_the_form_shows_what_would_be_sent_and_keeps_a_secret_header(
    signed_in: Page, client: httpx.Client, shop: Shop
) -> None:
    put_rows(client, "lamps", ["1,Lamp,10", "2,Candle,2"])
    signed_in.goto("/syncs/new?dataset=lamps")
    signed_in.get_by_label("Name", exact=True).fill("Lamps")
    signed_in.get_by_label("Base URL").fill(shop.url)
    signed_in.get_by_role("button", name="Add secret header").click()
    signed_in.get_by_label("Name of the header").fill("X-Api-Key")
    signed_in.get_by_role("textbox", name="Value of the header").fill("the-key")
    signed_in.get_by_role("button", name="Preview").click()
    preview = signed_in.get_by_role("region", name="What would be sent")
    expect(preview.get_by_label("the records", exact=True)).to_contain_text("Candle")
    assert shop.requests == []

    signed_in.get_by_role("button", name="Make sync").click()
    expect(signed_in.get_by_role("heading", name="Lamps")).to_be_visible()
    until(lambda: len(shop.state) == 2, seconds=30, what="the rows")
    assert shop.sent()[-1].headers["x-api-key"] == "the-key"
    signed_in.get_by_role("link", name="Settings").click()
    expect(signed_in.get_by_role("region", name="Destination")).to_contain_text("X-Api-Key")
    expect(signed_in.get_by_text("the-key")).to_have_count(0)


def test_a_refused_record_is_mended_and_resent_in_the_browser(
    signed_in: Page, client: httpx.Client, shop: Shop
) -> None:
    shop.refuses = lambda record: record["price"] < 0
    put_rows(client, "prices", ["1,Chair,10", "2,Table,-1", "3,Lamp,30"])
    make_sync(signed_in, shop, "prices", "Prices to the shop")

    signed_in.get_by_role("link", name="Rejects 1").click()
    rejects = signed_in.get_by_role("list", name="Rejects").get_by_role("listitem")
    expect(rejects).to_have_count(1)
    expect(rejects).to_contain_text("A record is bad.")
    assert sorted(shop.state) == [1, 3]

    record = rejects.get_by_label("Record")
    record.fill("{ nonsense")
    rejects.get_by_role("button", name="Resend").click()
    expect(rejects.get_by_text("This is not JSON")).to_be_visible()
    record.fill('{"id": 2, "name": "Table", "price": 20}')
    rejects.get_by_role("button", name="Resend").click()

    expect(rejects.locator("summary")).to_contain_text("Delivered")
    assert shop.state[2]["price"] == 20
    expect(signed_in.get_by_role("link", name="Rejects", exact=True)).to_be_visible()


def test_a_destination_that_is_down_is_told_with_its_answer_and_nothing_is_lost(
    signed_in: Page, client: httpx.Client, shop: Shop
) -> None:
    shop.needs_login = True
    put_rows(client, "stools", ["1,Stool,5"])
    signed_in.goto("/syncs/new?dataset=stools")
    signed_in.get_by_label("Name", exact=True).fill("Stools")
    signed_in.get_by_label("Base URL").fill(shop.url)
    signed_in.get_by_role("combobox", name="Authentication").click()
    signed_in.get_by_role("option", name="Sign in first").click()
    signed_in.get_by_label("Username").fill("rowmill")
    signed_in.get_by_label("Password", exact=True).fill("wrong")
    signed_in.get_by_role("button", name="Test connection").click()
    expect(signed_in.get_by_text("It does not work")).to_be_visible()
    signed_in.get_by_role("button", name="Make sync").click()

    notice = signed_in.get_by_role("alert")
    expect(notice).to_contain_text("The destination does not take the records")
    assert shop.state == {}

    notice.get_by_role("link", name="Look at the settings").click()
    signed_in.get_by_role("button", name="Replace Password").click()
    signed_in.get_by_label("Password", exact=True).fill(SHOP_PASSWORD)
    signed_in.get_by_role("button", name="Save").click()
    until(lambda: 1 in shop.state, seconds=30, what="the row")
    expect(notice).to_have_count(0)
    expect(signed_in.get_by_text("Up to date")).to_be_visible()


def test_a_sync_is_paused_resumed_and_deleted_from_the_list_and_its_page(
    signed_in: Page, client: httpx.Client, shop: Shop
) -> None:
    body = {
        "name": "Nightly",
        "template": "products",
        "destination": {"kind": "http", "url": shop.url},
    }
    client.post("/api/syncs", json=body).raise_for_status()
    signed_in.goto("/syncs")
    row = signed_in.get_by_role("row", name=re.compile("Nightly"))
    row.get_by_role("button", name="Pause Nightly").click()
    expect(row).to_contain_text("Paused")
    row.get_by_role("button", name="Resume Nightly").click()
    expect(row).not_to_contain_text("Paused")

    row.get_by_role("link", name="Nightly").click()
    signed_in.get_by_role("button", name="More actions").click()
    signed_in.get_by_role("menuitem", name="Delete…").click()
    signed_in.get_by_role("button", name="Delete sync").click()
    expect(signed_in.get_by_role("heading", name="Syncs")).to_be_visible()
    expect(signed_in.get_by_role("row", name=re.compile("Nightly"))).to_have_count(0)
