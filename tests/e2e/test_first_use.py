"""A newcomer's first minutes: register, drop a file, watch it go in, look at it."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.factories.sales import write_sales
from tests.programs import PASSWORD, Program, finished_import

IS_NEW = True
ROWS = 20_000


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sales(tmp_path_factory.mktemp("files") / "Sales 2024.CSV", ROWS)


@pytest.fixture(scope="module")
def imported(program: Program, sales: Path) -> list[dict[str, str]]:
    """The sales file as the dataset `sales`, and its records as Python's own reader sees them."""
    client = program.account()
    with sales.open("rb") as body:
        sent = client.put("/api/datasets/sales/data", content=body.read()).raise_for_status().json()
    assert finished_import(client, sent["import_id"])["status"] == "succeeded"
    with sales.open(newline="") as file:
        return list(csv.DictReader(file))


def test_from_nothing_to_a_table(page: Page, sales: Path) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/register"))
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name=re.compile("Create")).click()
    expect(page.get_by_text(re.compile("at least 8", re.IGNORECASE)).last).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=re.compile("Create")).click()

    expect(page.get_by_role("heading", name="Datasets", exact=True)).to_be_visible()
    page.locator("input[type=file]").first.set_input_files(sales)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("This looks like sales.")).to_be_visible()
    dialog.get_by_role("combobox", name=re.compile("^Use Sales 2024")).click()
    page.get_by_role("option", name="Plain dataset").click()
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text(f"{ROWS:,} rows imported")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Open").first.click()

    expect(page.get_by_role("heading", name="Sales 2024")).to_be_visible()
    expect(page.get_by_text(f"{ROWS:,} rows").first).to_be_visible()
    views = page.get_by_role("navigation", name="Views of the dataset")
    views.get_by_role("link", name="Table").click()
    expect(page.get_by_role("grid").get_by_text("INV-10000000")).to_be_visible()


def test_explore_shows_the_files_sums_and_filters_by_a_click(
    signed_in: Page, imported: list[dict[str, str]]
) -> None:
    signed_in.goto("/datasets/sales/explore")
    total = sum(Decimal(row["Sale (Dollars)"]) for row in imported)
    expect(signed_in.get_by_text(f"{total / 1_000_000:.2f}M").first).to_be_visible()
    expect(signed_in.locator("canvas").first).to_be_visible()

    signed_in.get_by_role("button", name=re.compile("^SPICED RUM")).first.click()

    expect(signed_in).to_have_url(re.compile("SPICED"))
    chosen = sum(row["Category Name"] == "SPICED RUM" for row in imported)
    expect(signed_in.get_by_text(f"{chosen:,}").first).to_be_visible()
    signed_in.reload()
    expect(signed_in.get_by_text(f"{chosen:,}").first).to_be_visible()


def test_the_table_sorts_filters_and_scrolls_to_far_rows(
    signed_in: Page, imported: list[dict[str, str]]
) -> None:
    signed_in.goto("/datasets/sales/table")
    grid = signed_in.get_by_role("grid")
    expect(grid.get_by_text("INV-10000000")).to_be_visible()

    header = (
        grid.get_by_role("columnheader", name=re.compile("Invoice")).get_by_role("button").first
    )
    header.click()
    header.click()
    expect(grid.get_by_text(f"INV-{10_000_000 + ROWS - 1}")).to_be_visible()
    expect(signed_in).to_have_url(re.compile("sort"))

    signed_in.goto("/datasets/sales/table?f=city:Ames")
    in_ames = sum(row["City"] == "Ames" for row in imported)
    expect(signed_in.get_by_text(f"{in_ames:,} of {ROWS:,} rows")).to_be_visible()


def test_rejects_are_shown_with_place_and_reason(signed_in: Page, program: Program) -> None:
    client = program.account()
    first = client.put("/api/datasets/dirty/data", content=b"id,amount\n1,1.50\n2,2.50\n").json()
    finished_import(client, first["import_id"])
    second = client.put("/api/datasets/dirty/data", content=b"id,amount\n3,3.50\n4,lots\n").json()
    finished_import(client, second["import_id"])

    signed_in.goto(f"/imports/{second['import_id']}")

    receipt = signed_in.get_by_label(re.compile("Receipt: 2 read = 1 loaded"))
    expect(receipt.first).to_be_visible()
    rejects = signed_in.get_by_role("region", name="Rejected records")
    expect(rejects.get_by_text("lots", exact=True)).to_be_visible()
    expect(rejects.get_by_role("row").nth(1)).to_contain_text("amount")


def test_another_tab_sees_an_import_without_being_touched(
    signed_in: Page, program: Program
) -> None:
    signed_in.goto("/")
    expect(signed_in.get_by_role("heading", name="Datasets", exact=True)).to_be_visible()
    expect(signed_in.get_by_text("Live")).to_be_visible()
    client = program.account()

    sent = client.put("/api/datasets/pushed-in/data", content=b"a\n1\n2\n3\n").json()
    finished_import(client, sent["import_id"])

    row = signed_in.get_by_role("row", name=re.compile("pushed-in"))
    expect(
        row.or_(signed_in.get_by_role("link", name=re.compile("pushed-in"))).first
    ).to_be_visible()


def test_an_unknown_page_says_so(signed_in: Page) -> None:
    signed_in.goto("/nowhere")
    expect(
        signed_in.get_by_text(re.compile("not found|no such page|nothing", re.IGNORECASE)).first
    ).to_be_visible()
    signed_in.goto("/datasets/nowhere/explore")
    expect(signed_in.get_by_text("No such dataset")).to_be_visible()


def test_signed_out_it_asks_to_sign_in_and_comes_back(page: Page, program: Program) -> None:
    client = program.account()
    finished_import(
        client, client.put("/api/datasets/back/data", content=b"a\n1\n").json()["import_id"]
    )
    page.goto("/datasets/back/table")
    expect(page).to_have_url(re.compile("/login"))
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/datasets/back/table"))


def test_the_export_is_the_file_again(signed_in: Page, imported: list[dict[str, str]]) -> None:
    signed_in.goto("/datasets/sales/explore")
    signed_in.get_by_role("button", name="Export").click()
    with signed_in.expect_download() as waiting:
        signed_in.get_by_role("menuitem").first.click()
    with Path(waiting.value.path()).open(newline="") as file:
        exported = list(csv.DictReader(file))
    assert len(exported) == ROWS
    assert exported[0].keys() == imported[0].keys()
    sums = [sum(Decimal(row["Sale (Dollars)"]) for row in rows) for rows in (exported, imported)]
    assert sums[0] == sums[1]


def test_the_api_is_described_without_any_other_host(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/docs")
    page.get_by_role("link", name="Imports", exact=True).click()
    expect(page.get_by_text("/api/upload").first).to_be_visible()
    assert {url.split("/")[2].split(":")[0] for url in asked} == {"127.0.0.1"}
