"""An operation's life in the browser: its effect first, then its result, and again."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.programs import Program, finished_import, until

ROWS = [
    "number,country,amount",
    "1,France,10.50",
    "2,Norway,20.00",
    "3,France,30.25",
    "2,Norway,20.00",
    "4,Spain,5.00",
    "1,France,10.50",
]


@pytest.fixture
def client(program: Program) -> httpx.Client:
    return program.account()


def import_rows(client: httpx.Client, slug: str, rows: list[str]) -> None:
    """The rows, with a header on top, added to the dataset `slug`."""
    body = "\n".join(rows).encode()
    sent = client.put(f"/api/datasets/{slug}/data", content=body).raise_for_status().json()
    assert finished_import(client, sent["import_id"])["status"] == "succeeded"


def finished_operation(client: httpx.Client, operation_id: str) -> Any:
    """The operation, once it has ended."""

    def ended() -> Any:
        found = client.get(f"/api/operations/{operation_id}").raise_for_status().json()
        return found if found["status"] in {"succeeded", "failed", "cancelled"} else None

    return until(ended, seconds=60, what="the operation's end")


def figures(part: Page | Locator) -> list[str]:
    """Rows read, rows that stay, rows removed."""
    expect(part.get_by_text("Rows read")).to_be_visible()
    return part.locator("dl").first.locator("dd").all_inner_texts()


def test_the_effect_is_seen_before_and_the_result_is_what_it_promised(
    signed_in: Page, client: httpx.Client, tmp_path: Path
) -> None:
    import_rows(client, "orders", ROWS)
    signed_in.goto("/datasets/orders/table")
    signed_in.get_by_role("button", name="More actions").click()
    signed_in.get_by_role("menuitem", name="Run an operation").click()

    effect = signed_in.get_by_role("region", name="Effect")
    assert figures(effect) == ["6", "4", "2"]
    sample = effect.get_by_role("region", name="Sample of rows")
    expect(sample.get_by_role("row")).to_have_count(3)
    assert client.get("/api/operations").json()["items"] == []

    signed_in.get_by_label("Name of the result").fill("Clean orders")
    signed_in.get_by_role("button", name="Run").click()

    expect(signed_in.get_by_role("heading", name="Remove duplicates")).to_be_visible()
    expect(signed_in.get_by_role("link", name="Open the result")).to_be_visible()
    assert figures(signed_in) == ["6", "4", "2"]
    with signed_in.expect_download() as download:
        signed_in.get_by_role("link", name=re.compile("Download CSV")).click()
    saved = tmp_path / "result.csv"
    download.value.save_as(saved)
    with saved.open(newline="") as file:
        assert [row["number"] for row in csv.DictReader(file)] == ["1", "2", "3", "4"]

    signed_in.get_by_role("link", name="Open the result").click()
    expect(signed_in.get_by_role("heading", name="Clean orders")).to_be_visible()
    expect(signed_in.get_by_text("4 rows").first).to_be_visible()


def test_conditions_are_counted_as_they_are_typed_and_stay_in_the_address(
    signed_in: Page, client: httpx.Client
) -> None:
    import_rows(client, "visits", ROWS)
    signed_in.goto("/operations/new?dataset=visits")
    signed_in.get_by_role("radio", name=re.compile("Filter rows")).check()
    expect(signed_in.get_by_role("button", name="Run")).to_be_disabled()

    signed_in.get_by_role("button", name="Add condition").click()
    condition = signed_in.get_by_role("group", name="Condition 1")
    condition.get_by_label("Column").click()
    signed_in.get_by_role("option", name="amount").click()
    condition.get_by_label("Comparison").click()
    signed_in.get_by_role("option", name="at least").click()
    condition.get_by_label("Value").fill("lots")
    signed_in.get_by_label("Name of the result").focus()
    expect(condition.get_by_text("Enter a number")).to_be_visible()
    condition.get_by_label("Value").fill("20")

    effect = signed_in.get_by_role("region", name="Effect")
    expect(effect.locator("dd").nth(1)).to_have_text("3")
    signed_in.reload()
    expect(condition.get_by_label("Value")).to_have_value("20")
    expect(effect.locator("dd").nth(1)).to_have_text("3")


def test_run_again_reads_the_rows_that_came_since(signed_in: Page, client: httpx.Client) -> None:
    import_rows(client, "again", ROWS)
    body = {"dataset_id": "again", "operation": "unique", "column": "country"}
    first = client.post("/api/operations", json=body).raise_for_status().json()
    assert finished_operation(client, first["id"])["receipt"]["rows_out"] == 3
    import_rows(client, "again", ["number,country,amount", "9,Malta,1.00"])

    signed_in.goto(f"/operations/{first['id']}")
    signed_in.get_by_role("button", name="Run again").click()

    expect(signed_in.get_by_role("link", name="an earlier operation")).to_be_visible()
    expect(signed_in.get_by_role("link", name="Open the result")).to_be_visible()
    assert figures(signed_in) == ["7", "4", "3"]


def test_the_list_follows_what_another_program_runs(signed_in: Page, client: httpx.Client) -> None:
    import_rows(client, "elsewhere", ROWS)
    signed_in.goto("/operations?dataset=elsewhere")
    expect(signed_in.get_by_text("No operation matches")).to_be_visible()
    expect(signed_in.get_by_text("Live", exact=True)).to_be_visible()

    where = [{"column": "country", "operator": "==", "value": "France"}]
    body = {"dataset_id": "elsewhere", "operation": "filter", "filters": where}
    client.post("/api/operations", json=body).raise_for_status()

    listed = signed_in.get_by_role("list", name="Operations").get_by_role("listitem")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("country is France")
    expect(listed).to_contain_text("3 of 6 rows stayed, 3 removed")
    expect(listed).to_contain_text("Succeeded")
