"""Sales in Iowa's layout with the dirt of its years: nothing lost, nothing altered."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.factories.dirt import sums_of, write_dirty_sales
from tests.integration.imports.conftest import Inbox, inbox

__all__ = ["inbox"]

ROWS = 4000


def test_dirty_files_in_both_spellings_add_up_to_the_cent(inbox: Inbox, tmp_path: Path) -> None:
    new = write_dirty_sales(tmp_path / "new.csv", ROWS)
    old = write_dirty_sales(tmp_path / "old.csv", ROWS, first=ROWS, is_old=True)
    runs = [upload(inbox, path) for path in (new, old)]

    for run in runs:
        assert (run["receipt"]["loaded"], run["receipt"]["rejected"]) == (ROWS, 0)
        assert run["receipt"]["skipped"] == 1
    expected = sums_of(new, old)
    assert expected.rows == 2 * ROWS
    board = inbox.client.get("/api/dashboard").raise_for_status().json()
    assert Decimal(board["total_sales"]) == expected.amount
    assert Decimal(board["total_profit"]) == expected.amount - expected.cost
    assert grouped(inbox, "store_number", "amount") == expected.stores
    assert grouped(inbox, "item_number", "quantity") == expected.items


def upload(inbox: Inbox, path: Path) -> Any:
    """The import of a file of sales."""
    with path.open("rb") as file:
        answer = inbox.client.post(
            "/api/upload", files={"file": (path.name, file)}, data={"template": "sales"}
        )
    inbox.work()
    return inbox.run(answer.raise_for_status().json()["import_id"])


def grouped(inbox: Inbox, column: str, measure: str) -> dict[str, Decimal]:
    """The sum of a measure for each value of a column."""
    query = {"group_by": column, "metrics": f"sum:{measure}", "limit": "10000"}
    answer = inbox.client.get("/api/datasets/sales/query", params=query).raise_for_status()
    rows = json.loads(answer.text, parse_float=Decimal)["items"]
    return {row[column]: Decimal(row[f"sum_{measure}"]) for row in rows}
