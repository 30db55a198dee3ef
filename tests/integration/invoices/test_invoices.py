"""Invoices through the API: written, read, refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.factories.accounts import Account, register
from tests.factories.datasets import Sheet
from tests.factories.invoices import CLASSIC, IOWA, TILL, invoice

Sales = Callable[[str], Sheet]


def created(client: TestClient, body: dict[str, Any]) -> Any:
    answer = client.post("/api/invoices", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def fields(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {error["field"] for error in answer.json()["errors"]}


def kinds(client: TestClient) -> list[str]:
    items = client.get("/api/activity", params={"limit": 100}).json()["items"]
    return [event["kind"] for event in reversed(items)]


def test_the_first_invoice_makes_the_dataset_and_is_read_back_as_it_was_answered(
    client: TestClient, ada: Account
) -> None:
    answer = client.post("/api/invoices", json=invoice())
    assert answer.status_code == 201
    made = answer.json()
    assert (made["invoice_id"], made["number"], made["date"]) == ("A-1", "A-1", "2026-01-31")
    assert made["totals"] == {
        "quantity": "5", "amount": "13.50", "cost": "3.75", "profit": "3.75",
    }  # fmt: skip
    assert [line["amount"] for line in made["lines"]] == ["7.50", "6.00"]
    found = client.get(answer.headers["location"])
    assert found.json() == made
    assert found.headers["etag"] == answer.headers["etag"]
    assert client.get("/api/datasets").json()["items"][0]["row_count"] == 2
    assert {"invoice.created", "dataset.changed"} <= set(kinds(client))
    assert ada.email


def test_imported_rows_are_invoices_whatever_their_headers(
    client: TestClient, sales: Sales
) -> None:
    sales(CLASSIC.format(rows=40))
    found = client.get("/api/invoices/10103").json()
    assert [line["line"] for line in found["lines"]] == [1, 2, 3, 4]
    assert (found["customer"], found["country"]) == ("Customer 3", "France")
    assert found["date"] == "2003-01-09T00:00:00"
    assert found["totals"]["amount"] == "4054.00"
    assert found["totals"]["profit"] is None
    assert found["lines"][0]["extra"] == {"status": "Shipped"}
    assert client.get("/api/invoices/010103").status_code == 404
    assert client.get("/api/invoices/none").status_code == 404


def test_a_change_keeps_the_columns_that_it_does_not_name(client: TestClient, sales: Sales) -> None:
    sheet = sales(IOWA.format(rows=20))
    before = client.get("/api/invoices/INV-00007").json()
    before["customer"] = "New customer"
    before["lines"][0]["quantity"] = 10
    before["lines"][0]["amount"] = None
    after = client.put("/api/invoices/INV-00007", json=before)
    assert after.status_code == 200, after.text
    assert after.json()["customer"] == "New customer"
    assert after.json()["totals"]["amount"] == "145.00"
    rows = client.get(f"/api/datasets/{sheet.slug}/records", params={"number": "INV-00007"}).json()[
        "items"
    ]
    assert [(row["note"], row["city"], row["zip"]) for row in rows] == [
        ("kept 7", "Des Moines", "05001")
    ]
    others = client.get(f"/api/datasets/{sheet.slug}/records").json()
    assert (others["total"], others["items"][3]["customer"]) == (20, None)


def test_what_was_read_can_be_sent_back_and_changes_nothing(
    client: TestClient, sales: Sales
) -> None:
    sales(CLASSIC.format(rows=8))  # whose amounts are not quantity × price
    before = client.get("/api/invoices/10101")
    after = client.put("/api/invoices/10101", json=before.json())
    assert after.status_code == 200, after.text
    assert after.json() == before.json()
    assert after.headers["etag"] == before.headers["etag"]


def test_lines_are_added_changed_and_removed_together(client: TestClient, sales: Sales) -> None:
    sales(CLASSIC.format(rows=8))
    lines = client.get("/api/invoices/10100").json()["lines"]
    new = {"item_number": "S99", "quantity": 2, "unit_price": "1.005"}
    changed = client.patch(
        "/api/invoices/10100", json={"lines": [lines[3], {**lines[1], "item_number": "S1"}, new]}
    )
    assert changed.status_code == 200, changed.text
    found = client.get("/api/invoices/10100").json()
    assert [(line["line"], line["item_number"]) for line in found["lines"]] == [
        (2, "S1"), (4, "S10_3"), (5, "S99"),
    ]  # fmt: skip
    assert found["lines"][2]["unit_price"] == "1.005"
    assert found["lines"][2]["amount"] == "2.01"
    assert found["lines"][0]["extra"] == {"status": "Shipped"}
    assert found == changed.json()
    assert client.get("/api/invoices/10101").json()["line_count"] == 4


def test_a_patch_changes_only_what_it_names(client: TestClient, ada: Account) -> None:
    before = created(client, invoice())
    after = client.patch("/api/invoices/A-1", json={"store": {"city": "Boone"}}).json()
    assert after["store"] == {**before["store"], "city": "Boone"}
    assert (after["lines"], after["customer"]) == (before["lines"], "Ada Ltd")
    assert ada.email


def test_a_deleted_invoice_is_gone_and_its_history_stays(client: TestClient, ada: Account) -> None:
    created(client, invoice())
    client.patch("/api/invoices/A-1", json={"customer": "Bob"})
    assert client.delete("/api/invoices/A-1").status_code == 204
    assert client.get("/api/invoices/A-1").status_code == 404
    assert client.delete("/api/invoices/A-1").status_code == 404
    history = client.get("/api/invoices/A-1/history").json()["items"]
    assert [entry["action"] for entry in history] == ["deleted", "updated", "created"]
    update = history[1]
    assert update["changed"] == ["customer"]
    assert (update["before"]["customer"], update["after"]["customer"]) == ("Ada Ltd", "Bob")
    assert history[0]["after"] is None
    assert history[0]["actor"]
    assert client.get("/api/invoices/A-2/history").status_code == 404
    assert ada.email


def test_a_renamed_invoice_keeps_its_history(client: TestClient, ada: Account) -> None:
    created(client, invoice())
    renamed = client.patch("/api/invoices/A-1", json={"number": "Ä 1/2"}).json()
    assert renamed["invoice_id"].startswith("~")
    assert client.get("/api/invoices/A-1").status_code == 404
    path = f"/api/invoices/{renamed['invoice_id']}"
    assert client.get(path).json()["number"] == "Ä 1/2"
    history = client.get(f"{path}/history").json()["items"]
    assert [entry["action"] for entry in history] == ["updated", "created"]
    assert ada.email


def test_history_is_paged(client: TestClient, ada: Account) -> None:
    created(client, invoice())
    for name in ("B", "C"):
        client.patch("/api/invoices/A-1", json={"customer": name})
    first = client.get("/api/invoices/A-1/history", params={"limit": 2}).json()
    rest = client.get(
        "/api/invoices/A-1/history", params={"limit": 2, "cursor": first["next_cursor"]}
    ).json()
    names = [entry["after"]["customer"] for entry in [*first["items"], *rest["items"]]]
    assert (names, rest["next_cursor"]) == (["C", "B", "Ada Ltd"], None)
    assert ada.email


def test_a_number_is_given_once(client: TestClient, ada: Account) -> None:
    created(client, invoice())
    again = client.post("/api/invoices", json=invoice())
    assert (again.status_code, again.json()["code"]) == (409, "number_taken")
    created(client, invoice("A-2"))
    moved = client.put("/api/invoices/A-2", json=invoice("A-1"))
    assert moved.status_code == 409
    assert client.get("/api/invoices/A-2").status_code == 200
    assert ada.email


def test_who_read_an_older_invoice_does_not_overwrite_the_newer(
    client: TestClient, ada: Account
) -> None:
    answer = client.post("/api/invoices", json=invoice())
    first = {"If-Match": answer.headers["etag"]}
    changed = client.patch("/api/invoices/A-1", json={"customer": "Bob"}, headers=first)
    assert changed.status_code == 200
    late = client.patch("/api/invoices/A-1", json={"customer": "Eve"}, headers=first)
    assert (late.status_code, late.headers["etag"]) == (412, changed.headers["etag"])
    assert client.delete("/api/invoices/A-1", headers=first).status_code == 412
    assert client.get("/api/invoices/A-1").json()["customer"] == "Bob"
    newest = {"If-Match": changed.headers["etag"]}
    assert client.delete("/api/invoices/A-1", headers=newest).status_code == 204
    assert ada.email


def test_a_request_sent_twice_with_one_key_has_one_effect(client: TestClient, ada: Account) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = client.post("/api/invoices", json=invoice(), headers=key)
    again = client.post("/api/invoices", json=invoice(), headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["etag"] == first.headers["etag"]
    other = client.post("/api/invoices", json=invoice("A-2"), headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    removed = [
        client.delete("/api/invoices/A-1", headers={"Idempotency-Key": "k-2"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in removed] == [204, 204]
    assert kinds(client).count("invoice.deleted") == 1
    assert ada.email


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": None}, "number"),
        ({"date": None}, "date"),
        ({"date": "31.12.2026"}, "date"),
        ({"lines": []}, "lines"),
        ({"lines": [{"item_number": "1", "unit_price": 1}]}, "lines.0.quantity"),
        ({"lines": [{"item_number": "1", "quantity": 1}]}, "lines.0.unit_price"),
        ({"lines": [{"quantity": 1, "unit_price": 1}]}, "lines.0.item_number"),
        (
            {"lines": [{"item_number": "1", "quantity": 2, "unit_price": "1.5", "amount": "4"}]},
            "lines.0.amount",
        ),
        ({"lines": [{"item_number": "1", "quantity": "x", "unit_price": 1}]}, "lines.0.quantity"),
        ({"lines": [{"item_number": "1", "quantity": "NaN", "amount": 1}]}, "lines.0.quantity"),
        (
            {"lines": [{"item_number": "1", "quantity": 1, "amount": 1, "extra": {"colour": 1}}]},
            "lines.0.extra.colour",
        ),
        ({"colour": "red"}, "colour"),
        ({"customer": "a\0b"}, "customer"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    client: TestClient, ada: Account, changed: dict[str, Any], field: str
) -> None:
    assert field in fields(client.post("/api/invoices", json=invoice(**changed)))
    assert client.get("/api/invoices").json()["items"] == []
    assert ada.email


def test_everything_that_is_wrong_is_said_at_once(client: TestClient, ada: Account) -> None:
    lines = [{"item_number": "1", "unit_price": 1}, {"quantity": 1, "unit_price": 1}]
    answer = client.post("/api/invoices", json=invoice(date="soon", lines=lines))
    assert fields(answer) == {"date", "lines.0.quantity", "lines.1.item_number"}
    assert ada.email


def test_values_that_a_column_cannot_have_are_refused(client: TestClient, sales: Sales) -> None:
    sales(CLASSIC.format(rows=4))
    line = {"item_number": "1", "quantity": "1.5", "unit_price": 1}
    answer = client.post("/api/invoices", json=invoice("INV-1", lines=[line]))
    assert fields(answer) == {"number", "lines.0.quantity"}


def test_a_column_grows_for_a_larger_value_and_loses_none(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=3))
    huge = {"item_number": "1", "quantity": 1, "unit_price": "98765432109876543.123456"}
    made = created(client, invoice("BIG", lines=[huge]))
    assert made["lines"][0]["unit_price"] == "98765432109876543.123456"
    assert client.get("/api/invoices/BIG").json() == made
    assert Decimal(client.get("/api/invoices/INV-00001").json()["totals"]["amount"]) == 17


def test_sales_without_numbers_take_invoices_too(client: TestClient, sales: Sales) -> None:
    sheet = sales(TILL.format(rows=6))
    assert client.get("/api/invoices").json()["items"] == []
    lines = [{"item_name": "Tea", "quantity": 3, "unit_price": "4.50"}]
    created(client, invoice(store=None, lines=lines))
    listed = client.get("/api/invoices").json()["items"]
    assert [(each["number"], each["totals"]["amount"]) for each in listed] == [("A-1", "13.50")]
    assert client.get(f"/api/datasets/{sheet.slug}").json()["row_count"] == 7


def test_the_sales_of_others_are_not_found(client: TestClient, ada: Account) -> None:
    created(client, invoice())
    client.cookies.clear()
    register(client, "eve@example.com")
    assert client.get("/api/invoices/A-1").status_code == 404
    assert client.put("/api/invoices/A-1", json=invoice()).status_code == 404
    assert client.delete("/api/invoices/A-1").status_code == 404
    assert client.get("/api/invoices/A-1/history").status_code == 404
    assert client.get("/api/invoices").json()["items"] == []
    created(client, invoice())
    assert ada.email


@pytest.mark.usefixtures("ada")
def test_a_first_invoice_that_is_refused_leaves_no_dataset(client: TestClient) -> None:
    refused = client.post("/api/invoices", json={"number": "A-1"})
    assert refused.status_code == 422, refused.text
    assert client.get("/api/datasets").json()["items"] == []
