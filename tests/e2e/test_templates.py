"""Files that are recognised before they go in, templates of one's own, long lists of invoices."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

HEADER = "Invoice/Item Number,Date,City,Item Number,Bottles Sold,Sale (Dollars),Remark\n"
CITIES = ("Ames", "Davenport", "Waterloo")
INVOICES = 450


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """A file of sales, one invoice a row, with a column that no template knows."""
    rows = [
        f"S-{i:05d},01/{i % 28 + 1:02d}/2026,{CITIES[i % 3]},{i},2,19.90,x\n"
        for i in range(INVOICES)
    ]
    file = tmp_path / "till.csv"
    file.write_text(HEADER + "".join(rows))
    return file


def test_a_file_of_sales_is_offered_as_sales_and_its_invoices_are_listed(
    signed_in: Page, sales: Path
) -> None:
    signed_in.goto("/")
    expect(
        signed_in.get_by_text(re.compile("to make a table of it|anywhere on this"))
    ).to_be_visible()
    signed_in.locator("input[type=file]").first.set_input_files(sales)
    dialog = signed_in.get_by_role("dialog")
    expect(dialog.get_by_text("This looks like sales.")).to_be_visible()
    expect(dialog.get_by_role("row", name=re.compile("Bottles Sold"))).to_contain_text("Quantity")
    expect(dialog.get_by_role("row", name=re.compile("Remark"))).to_contain_text("kept as it is")
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(signed_in.get_by_text(f"{INVOICES} rows imported")).to_be_visible(timeout=60_000)

    signed_in.goto("/invoices")
    expect(signed_in.get_by_text(f"{INVOICES} invoices")).to_be_visible()
    table = signed_in.get_by_role("table", name="Invoices")
    expect(table).to_have_attribute("aria-rowcount", str(INVOICES + 1))
    last = f'tr[aria-rowindex="{INVOICES + 1}"]'
    assert signed_in.locator("tbody tr").count() < INVOICES / 3
    for _ in range(40):
        signed_in.mouse.move(640, 500)
        signed_in.mouse.wheel(0, 4000)
        if signed_in.locator(last).count():
            break
        signed_in.wait_for_timeout(200)
    expect(signed_in.locator(last)).to_be_visible()
    assert signed_in.locator("tbody tr").count() < INVOICES / 3

    signed_in.mouse.wheel(0, -100_000)
    signed_in.get_by_role("combobox", name="City").fill("Ames")
    expect(signed_in.get_by_text(f"{INVOICES // 3} invoices")).to_be_visible()
    expect(signed_in).to_have_url(re.compile("city=Ames"))
    signed_in.reload()
    expect(signed_in.get_by_text(f"{INVOICES // 3} invoices")).to_be_visible()


def test_a_template_is_declared_found_wrong_mended_and_deleted(signed_in: Page) -> None:
    signed_in.goto("/templates")
    expect(signed_in.get_by_role("link", name="Sales", exact=True).first).to_be_visible()
    signed_in.get_by_role("link", name="New template").click()
    signed_in.get_by_label("Label").fill("Returns")
    column = signed_in.get_by_role("group", name="Column 1")
    column.get_by_label("Header", exact=True).fill("RMA")
    column.get_by_label("Name", exact=True).fill("Not A Name")
    declare = signed_in.get_by_role("button", name="Declare template")
    with signed_in.expect_response(re.compile("/api/templates$")) as answered:
        declare.click()
    assert answered.value.status == 422
    expect(column.get_by_text("cannot be the name of a column")).to_be_visible()
    column.get_by_label("Name", exact=True).fill("rma")
    declare.click()
    expect(signed_in.get_by_role("heading", name="Returns")).to_be_visible()

    signed_in.get_by_role("link", name="Edit").click()
    signed_in.get_by_label("Label").fill("Goods returned")
    signed_in.get_by_role("button", name="Save template").click()
    expect(signed_in.get_by_role("heading", name="Goods returned", exact=True)).to_be_visible()
    signed_in.get_by_role("button", name="Delete").click()
    signed_in.get_by_role("button", name="Delete template").click()
    expect(signed_in.get_by_role("table", name="Templates")).to_be_visible()
    expect(signed_in.get_by_role("link", name="Goods returned")).to_have_count(0)
