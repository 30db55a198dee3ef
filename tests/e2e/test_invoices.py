"""Invoices as people use them: written, changed by two at once, and deleted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.programs import PASSWORD, Program

NUMBER = "E2E-INV-1"


@pytest.fixture
def colleague(browser: Browser, program: Program, signed_in: Page) -> Iterator[Page]:
    """The same account in a second browser, which shares nothing with the first."""
    assert signed_in.context.browser is browser
    context = browser.new_context(base_url=program.url)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/login")
    login = {"email": "ada@example.com", "password": PASSWORD}
    assert page.request.post("/api/login", data=login).ok
    yield page
    context.close()


def test_a_second_browser_follows_an_invoice_from_its_first_line_to_its_end(
    signed_in: Page, colleague: Page
) -> None:
    colleague.goto("/invoices")
    expect(colleague.get_by_role("heading", name="No invoices yet")).to_be_visible()
    expect(colleague.get_by_text("Live")).to_be_visible()

    signed_in.goto("/invoices/new")
    signed_in.get_by_role("button", name="Create invoice").click()
    expect(signed_in.get_by_text("An invoice needs a number.")).to_be_visible()
    signed_in.get_by_label("Invoice number").fill(NUMBER)
    signed_in.get_by_label("Customer").fill("Land of Toys")
    line = signed_in.get_by_role("group", name="Line 1")
    line.get_by_label("Item", exact=True).fill("Birch River")
    line.get_by_label("Quantity").fill("3")
    line.get_by_label("Unit price").fill("10.75")
    expect(signed_in.get_by_text("Total 32.25")).to_be_visible()
    signed_in.get_by_role("button", name="Create invoice").click()
    expect(signed_in.get_by_role("heading", name=f"Invoice {NUMBER}")).to_be_visible()

    row = colleague.get_by_role("row", name=NUMBER)
    expect(row).to_contain_text("32.25", timeout=5_000)
    row.get_by_role("link", name=NUMBER).click()
    colleague.get_by_role("link", name="Edit").click()
    colleague.get_by_label("Customer").fill("Land of Games")

    signed_in.get_by_role("link", name="Edit").click()
    signed_in.get_by_label("Quantity").fill("4")
    signed_in.get_by_role("button", name="Save changes").click()
    expect(signed_in.get_by_label("Totals")).to_contain_text("43.00")

    colleague.get_by_role("button", name="Save changes").click()
    conflict = colleague.get_by_role("alert")
    expect(conflict).to_contain_text("Somebody changed this invoice while you did")
    expect(conflict).to_contain_text("Line 1, quantity: 3 → 4")
    colleague.get_by_role("button", name="Take theirs, drop mine").click()
    expect(colleague.get_by_label("Quantity")).to_have_value("4")
    colleague.get_by_role("button", name="Cancel").click()
    expect(colleague.get_by_label("Totals")).to_contain_text("43.00")

    signed_in.get_by_role("button", name="Delete").click()
    signed_in.get_by_role("button", name="Delete invoice").click()
    expect(signed_in.get_by_role("heading", name="No invoices yet")).to_be_visible()
    expect(colleague.get_by_role("heading", name="There is no such invoice")).to_be_visible(
        timeout=5_000
    )
