"""The demo fills an empty workspace as files would, once, and goes without a trace."""

from __future__ import annotations

from decimal import Decimal

from tests.factories.accounts import register
from tests.integration.imports.conftest import Inbox, inbox

__all__ = ["inbox"]


def status(inbox: Inbox) -> str:
    answer: str = inbox.client.get("/api/demo").raise_for_status().json()["status"]
    return answer


def test_a_newcomer_gets_sales_products_and_stock_and_can_remove_them(inbox: Inbox) -> None:
    assert status(inbox) == "absent"

    begun = inbox.client.post("/api/demo")
    assert (begun.status_code, begun.json()["status"]) == (201, "processing")
    inbox.work()

    demo = inbox.client.get("/api/demo").json()
    assert demo["status"] == "ready"
    rows = {dataset["template"]: dataset["row_count"] for dataset in demo["datasets"]}
    assert 60_000 <= rows["sales"] <= 200_000
    assert rows["products"] >= 50
    assert rows["stock"] >= 1_000
    for run in inbox.client.get("/api/imports").json()["items"]:
        assert run["receipt"]["rejected"] == 0
        assert run["receipt"]["read"] == run["receipt"]["loaded"]
    checked_sales(inbox)

    again = inbox.client.post("/api/demo")
    assert (again.status_code, again.json()) == (200, demo)

    assert inbox.client.delete("/api/demo").status_code == 204
    assert status(inbox) == "absent"
    assert inbox.client.get("/api/datasets").json()["items"] == []
    assert inbox.client.delete("/api/demo").status_code == 404


def checked_sales(inbox: Inbox) -> None:
    answer = inbox.client.get("/api/datasets/sales/records", params={"limit": 500, "sort": "-date"})
    records = answer.raise_for_status().json()["items"]
    for row in records:
        assert Decimal(str(row["amount"])) == Decimal(str(row["unit_price"])) * row["quantity"]
        assert row["unit_price"] > row["unit_cost"]
        assert row["store_location"].startswith("POINT (-9")
    assert len({row["number"] for row in records}) < len(records), "invoices of several lines"


def test_the_demo_keeps_away_from_data_of_ones_own(inbox: Inbox) -> None:
    inbox.load(
        "mine", "Invoice Number,Date,Item Number,Quantity,Amount\n1,2026-01-31,7,1,2.50\n",
        template="sales",
    )  # fmt: skip
    refused = inbox.client.post("/api/demo")
    assert (refused.status_code, refused.json()["code"]) == (409, "own_data")
    assert "'mine'" in refused.json()["detail"]
    assert len(inbox.client.get("/api/datasets").json()["items"]) == 1


def test_the_demo_of_one_workspace_is_not_another_s(inbox: Inbox) -> None:
    assert inbox.client.post("/api/demo").status_code == 201
    bob = register(inbox.client, "bob@example.com")
    answer = inbox.client.get("/api/demo", headers=bob.bearer).json()
    assert answer == {"status": "absent", "datasets": []}
    assert inbox.client.delete("/api/demo", headers=bob.bearer).status_code == 404
