"""The dashboard and the stock as people use them: demo, filters, clicks, a second open tab."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.programs import PASSWORD, Program, until

NARROW: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def demo(program: Program) -> Any:
    """A client of a workspace in which the demo is ready."""
    client = program.account()
    client.post("/api/demo").raise_for_status()

    def is_ready() -> bool:
        return bool(client.get("/api/demo").json()["status"] == "ready")

    until(is_ready, seconds=90, what="the demo")
    return client


def test_without_sales_the_page_shows_the_ways_to_begin(page: Page, program: Program) -> None:
    program.account("new@example.com")
    page.goto("/login")
    page.request.post("/api/login", data={"email": "new@example.com", "password": PASSWORD})
    page.goto("/dashboard")
    expect(page.get_by_role("heading", name="Upload a file of sales")).to_be_visible()
    expect(page.get_by_role("heading", name="Use a dataset you have")).to_be_visible()

    page.get_by_role("button", name="Create demo data").click()

    expect(page.get_by_test_id("kpi-sales")).to_be_visible(timeout=90_000)
    expect(page.get_by_test_id("kpi-sales")).to_contain_text(re.compile(r"\d\.\d\d"))


def test_figures_are_exact_and_follow_a_click_and_the_address(signed_in: Page, demo: Any) -> None:
    total = Decimal(demo.get("/api/dashboard").json()["total_sales"])
    ames = Decimal(demo.get("/api/dashboard?city=Ames").json()["total_sales"])
    signed_in.goto("/dashboard")
    sales = signed_in.get_by_test_id("kpi-sales")
    expect(sales).to_contain_text(f"{total:,}")
    expect(signed_in.locator("canvas").first).to_be_visible()

    cities = signed_in.get_by_role("region", name="Sales by city")
    cities.get_by_role("button", name=re.compile("^Ames")).click()

    expect(signed_in).to_have_url(re.compile("city=Ames"))
    expect(sales).to_contain_text(f"{ames:,}")
    signed_in.reload()
    expect(sales).to_contain_text(f"{ames:,}")
    signed_in.get_by_role("button", name="Remove filter City Ames").click()
    expect(sales).to_contain_text(f"{total:,}")


def test_a_filter_offers_values_while_one_types_and_takes_several(
    signed_in: Page, demo: Any
) -> None:
    both = demo.get("/api/dashboard", params={"city": ["Ames", "Dubuque"]}).json()["total_sales"]
    signed_in.goto("/dashboard")
    signed_in.get_by_role("combobox", name="Filter by City").click()
    for city in ("Ames", "Dubuque"):
        signed_in.get_by_label("Search City").fill(city[:4].lower())
        signed_in.get_by_role("option", name=city).click()
    expect(signed_in).to_have_url(re.compile("city=Ames&city=Dubuque"))
    expect(signed_in.get_by_test_id("kpi-sales")).to_contain_text(f"{Decimal(both):,}")


def test_the_map_shows_the_stores_and_filters_by_keyboard(signed_in: Page, demo: Any) -> None:
    stores = demo.get("/api/dashboard").json()["stores"]
    signed_in.goto("/dashboard")
    drawn = signed_in.get_by_role("application", name=re.compile(f"Map of {len(stores)} stores"))
    expect(drawn.locator("circle")).to_have_count(len(stores))

    drawn.focus()
    drawn.press("ArrowRight")
    name = drawn.get_by_role("status").locator("strong").inner_text()
    drawn.press("Enter")

    expect(signed_in.get_by_role("button", name=f"Remove filter Store {name}")).to_be_visible()


def test_an_open_dashboard_follows_a_new_sale_without_being_touched(
    signed_in: Page, demo: Any
) -> None:
    before = Decimal(demo.get("/api/dashboard").json()["total_sales"])
    signed_in.goto("/dashboard")
    sales = signed_in.get_by_test_id("kpi-sales")
    expect(sales).to_contain_text(f"{before:,}")
    expect(signed_in.get_by_text("Live")).to_be_visible()
    line = {"item_number": "10000", "quantity": 1, "unit_price": "12345.67"}

    made = demo.post(
        "/api/invoices", json={"number": "E2E-1", "date": "2025-06-02", "lines": [line]}
    )

    assert made.status_code == 201, made.text
    expect(sales).to_contain_text(f"{before + Decimal('12345.67'):,}", timeout=5_000)


def test_tables_show_every_digit_of_every_measure(signed_in: Page, demo: Any) -> None:
    [city, *_] = demo.get("/api/dashboard").json()["breakdowns"]["city"]["items"]
    signed_in.goto("/dashboard?view=table")
    row = signed_in.get_by_role("row", name=re.compile(f"^{city['value']} "))
    expect(row.first).to_contain_text(f"{Decimal(city['sales']):,}")
    expect(row.first).to_contain_text(f"{Decimal(city['profit']):,}")


def test_stock_shows_what_is_short_first_and_leads_to_the_sales(signed_in: Page, demo: Any) -> None:
    found = demo.get("/api/stock", params={"negative": True, "sort": "on_hand"}).json()
    assert found["totals"]["negative"] > 0
    signed_in.goto("/stock")
    first = signed_in.get_by_role("table", name="Stock on hand").get_by_role("row").nth(1)
    expect(first).to_contain_text("Negative")
    expect(first).to_contain_text(str(found["items"][0]["on_hand"]))

    first.get_by_role("link").click()

    expect(signed_in).to_have_url(re.compile(r"/dashboard\?item_number="))
    expect(signed_in.get_by_test_id("kpi-sales")).to_be_visible()


@pytest.mark.usefixtures("demo", "signed_in")
def test_both_pages_fit_a_phone(browser_context: BrowserContext) -> None:
    phone = browser_context.new_page()
    phone.set_viewport_size(NARROW)
    for path, content in (("/dashboard?view=table", "Breakdowns"), ("/stock", "On hand")):
        phone.goto(path)
        expect(phone.get_by_text(content).first).to_be_visible()
        width = phone.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROW["width"], path
