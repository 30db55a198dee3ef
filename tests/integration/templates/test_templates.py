"""Files of many layouts become one dataset with the same columns."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import layouts
from tests.integration.imports.conftest import Inbox


def send(inbox: Inbox, template: str, content: str, name: str = "file.csv", **fields: str) -> Any:
    """Upload a file with a template and wait for its import; returns the import."""
    answer = inbox.client.post(
        "/api/upload",
        files={"file": (name, content.encode())},
        data={"template": template, **fields},
    )
    assert answer.status_code in {200, 201}, answer.text
    inbox.work()
    run = inbox.run(answer.json()["import_id"])
    assert run["status"] == "succeeded", run["error"]
    return run


def detail(inbox: Inbox, dataset: str) -> Any:
    return inbox.client.get(f"/api/datasets/{dataset}").raise_for_status().json()


def types(inbox: Inbox, dataset: str) -> dict[str, str]:
    return {column["name"]: column["type"] for column in detail(inbox, dataset)["columns"]}


@pytest.mark.parametrize("header", [layouts.IOWA, layouts.IOWA_OLD, layouts.IOWA_FIELDS])
def test_dirt_of_iowa_files_neither_splits_groups_nor_loses_a_row(
    inbox: Inbox, header: str
) -> None:
    run = send(inbox, "sales", f"{header}\n{layouts.IOWA_ROWS}")

    assert run["receipt"]["loaded"] == 3
    assert run["receipt"]["rejected"] == 0
    assert run["receipt"]["skipped"] == 1
    first, second, third = inbox.rows("sales")
    assert [first["store_number"], second["store_number"]] == ["2130", "2130"]
    assert [first["zip"], second["zip"], third["zip"]] == ["50703", "50703", "712-2"]
    assert [first["category"], second["category"], third["category"]] == ["1031100"] * 2 + [None]
    assert third["item_number"] == "00123"
    assert [row["quantity"] for row in (first, second, third)] == [12, 1000, -3]
    assert [row["amount"] for row in (first, second, third)] == [129.12, 10760.00, -15.75]
    assert [row["date"] for row in (first, second, third)] == ["2024-01-31"] + ["2024-02-29"] * 2
    assert second["volume_ml"] == 1750


def test_files_of_three_layouts_land_in_the_same_columns(inbox: Inbox) -> None:
    send(inbox, "sales", f"{layouts.IOWA}\n{layouts.IOWA_ROWS}")
    classic = (
        "10107,30,95.7,2,2871,2/24/2003 0:00,Shipped,1,2,2003,Motorcycles,95,S10_1678,"
        "Land of Toys Inc.,2125557818,897 Long Airport Avenue,,NYC,NY,10022,USA,NA,Yu,Kwai,Small\n"
    )
    run = send(inbox, "sales", f"{layouts.CLASSIC}\n{classic}")
    assert (run["receipt"]["loaded"], run["receipt"]["rejected"]) == (1, 0)
    run = send(inbox, "sales", f"{layouts.TILL}\n0042,2025-04-02,3,1.25\n")
    assert (run["receipt"]["loaded"], run["receipt"]["rejected"]) == (1, 0)

    *_, toys, till = inbox.rows("sales")
    assert (toys["number"], toys["customer"], toys["zip"]) == (
        "10107",
        "Land of Toys Inc.",
        "10022",
    )
    assert (toys["quantity"], toys["unit_price"], toys["amount"]) == (30, 95.70, 2871.00)
    assert (toys["msrp"], toys["status"]) == (95, "Shipped")
    assert (till["item_number"], till["date"], till["unit_price"]) == ("0042", "2025-04-02", 1.25)
    datasets = inbox.client.get("/api/datasets").json()["items"]
    assert [(each["slug"], each["template"]) for each in datasets] == [("sales", "sales")]


def test_marks_in_numbers_that_the_sample_does_not_show_are_understood(inbox: Inbox) -> None:
    rows = "".join(f"I-{i},2024-01-{1 + i % 28:02},7,{i % 50}\n" for i in range(120_000))
    run = send(
        inbox, "sales", f'item number,date,quantity,amount\n{rows}last,2024-01-01,"1,000",9.125\n'
    )

    assert (run["receipt"]["loaded"], run["receipt"]["rejected"]) == (120_001, 0)
    answer = inbox.client.get("/api/datasets/sales/records", params={"item_number": "last"})
    (last,) = answer.json()["items"]
    assert (last["quantity"], last["amount"]) == (1000, 9.125)


def test_finer_prices_and_times_widen_the_columns_that_are_there(inbox: Inbox) -> None:
    send(inbox, "sales", f"{layouts.TILL}\n1,2025-04-02,3,1.25\n")
    run = send(inbox, "sales", f"{layouts.TILL}\n2,2025-04-02 14:35:00,0.125,1.3333\n")

    assert (run["receipt"]["loaded"], run["receipt"]["rejected"]) == (1, 0)
    first, second = inbox.rows("sales")
    assert (first["quantity"], first["unit_price"], first["date"]) == (
        3,
        1.25,
        "2025-04-02T00:00:00",
    )
    assert (second["quantity"], second["unit_price"]) == (0.125, 1.3333)
    assert second["date"] == "2025-04-02T14:35:00"
    # What is in the columns now is read as narrow values, too.
    run = send(inbox, "sales", f"{layouts.TILL}\n3,2025-04-03,2,1\n")
    assert run["receipt"]["rejected"] == 0


def test_a_value_that_is_no_number_is_a_reject_and_no_text_column(inbox: Inbox) -> None:
    run = send(inbox, "sales", f"{layouts.TILL}\n1,2025-04-02,3,1.25\n2,2025-04-02,many,1.25\n")

    assert (run["receipt"]["loaded"], run["receipt"]["rejected"]) == (1, 1)
    (reject,) = inbox.rejects(run)
    assert (reject["column"], reject["value"]) == ("quantity", "many")
    assert types(inbox, "sales")["quantity"] == "integer"


def test_products_are_updated_by_barcode_and_by_item_number(inbox: Inbox) -> None:
    send(
        inbox,
        "products",
        f"{layouts.PRODUCTS}\nTea,2.50,10,2025-04-01 10:00:00,0012\n"
        "Rice,1.10,5,2025-04-01 10:00:00,0013\n",
    )
    run = send(
        inbox,
        "products",
        f"{layouts.PRODUCTS}\nTea,2.60,9,2025-04-02 10:00:00,0012\n"
        "Tea,2.70,8,2025-04-02 11:00:00,0012\n",
    )
    assert run["key"] == ["barcode"]
    assert (run["receipt"]["deduplicated"], run["receipt"]["updated"]) == (1, 1)
    run = send(inbox, "products", f"{layouts.PRODUCT_INFO}\nP1,Cup,Kitchen\n")
    assert run["key"] == ["item_number"]
    run = send(inbox, "products", f"{layouts.PRODUCT_INFO}\nP1,Mug,Kitchen\n")
    assert run["receipt"]["updated"] == 1

    rows = {row["item_name"]: row for row in inbox.rows("products")}
    assert set(rows) == {"Tea", "Rice", "Mug"}
    assert (rows["Tea"]["price"], rows["Tea"]["barcode"]) == (2.70, "0012")


def test_a_file_without_a_required_column_is_refused_with_its_name(inbox: Inbox) -> None:
    answer = inbox.client.post(
        "/api/upload",
        files={"file": ("x.csv", b"product_id,quantity\n1,2\n")},
        data={"template": "sales"},
    )
    inbox.work()
    run = inbox.run(answer.json()["import_id"])

    assert run["status"] == "failed"
    assert run["error"]["code"] == "declared_column_missing"
    assert "Date" in run["error"]["message"]
    assert "product_id" in run["error"]["message"]


def test_an_unknown_template_is_named(inbox: Inbox) -> None:
    answer = inbox.client.post(
        "/api/upload", files={"file": ("x.csv", b"a\n1\n")}, data={"template": "sails"}
    )

    assert answer.status_code == 422
    assert "'sails'" in answer.json()["detail"]
    assert "sales, products, stock" in answer.json()["detail"]


def test_a_second_dataset_of_a_template_is_refused(inbox: Inbox) -> None:
    send(inbox, "sales", f"{layouts.TILL}\n1,2025-04-02,3,1.25\n")

    answer = inbox.client.put(
        "/api/datasets/other/data", content=b"a\n1\n", params={"template": "sales"}
    )

    assert answer.status_code == 409
    assert "'sales'" in answer.json()["detail"]


def test_a_file_that_looks_like_sales_is_offered_as_such_and_adopted(inbox: Inbox) -> None:
    inbox.load("till", f"{layouts.TILL}\n1,2025-04-02,3,1.25\n2,2025-04-03,1,2.00\n")

    suggested = detail(inbox, "till")["suggested_template"]
    assert suggested["template"] == "sales"
    assert {"role": "unit_price", "column": "price", "header": "price"} in suggested["mapping"]

    answer = inbox.client.post("/api/datasets/till/template", json={"template": "sales"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["roles"] == {
        "date": "sale_date",
        "item_number": "product_id",
        "unit_price": "price",
        "quantity": "quantity",
    }
    adopted = detail(inbox, "till")
    assert (adopted["template"], adopted["suggested_template"]) == ("sales", None)
    # Files of other layouts now find the same columns.
    run = send(
        inbox, "sales", "Item Number,Date,Bottles Sold,State Bottle Retail\n7,04/13/2025,4,9\n"
    )
    assert run["dataset_slug"] == "till"
    assert inbox.rows("till")[-1] == {
        "product_id": 7, "sale_date": "2025-04-13", "quantity": 4, "price": 9.00,
    }  # fmt: skip

    released = inbox.client.delete("/api/datasets/till/template").json()
    assert (released["template"], released["suggested_template"]) == (None, "sales")


def test_a_column_of_the_wrong_type_cannot_play_a_role(inbox: Inbox) -> None:
    inbox.load("till", "day,total,note\n2025-04-02,3,x\n")

    answer = inbox.client.post(
        "/api/datasets/till/template",
        json={"template": "sales", "roles": {"date": "note", "amount": "totl"}},
    )

    assert answer.status_code == 422
    errors = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert "type text" in errors["roles.date"]
    assert "Did you mean 'total'" in errors["roles.amount"]


def test_a_template_of_ones_own_works_like_a_built_in_one(inbox: Inbox) -> None:
    returns = {
        "name": "returns",
        "label": "Returns",
        "columns": [
            {"name": "rma", "label": "RMA", "type": "identifier", "required": True},
            {"name": "returned_on", "label": "Returned on", "type": "moment", "aliases": ["When"]},
            {"name": "refund", "label": "Refund", "type": "decimal", "aliases": ["Money back"]},
        ],
        "key": ["rma"],
    }
    made = inbox.client.post("/api/templates", json=returns)
    assert made.status_code == 201, made.text
    assert inbox.client.post("/api/templates", json=returns).status_code == 409

    match = inbox.client.post(
        "/api/templates/match", json={"headers": ["R.M.A.", "when", "MONEY BACK", "note"]}
    ).json()
    assert (match["template"], match["extra"]) == ("returns", ["note"])
    send(inbox, "returns", "R.M.A.,when,MONEY BACK,note\n007,13/4/2025,1.5,broken\n")
    run = send(inbox, "returns", "rma,refund\n007,2.5\n")
    assert run["receipt"]["updated"] == 1
    assert inbox.rows("returns")[0] == {
        "rma": "007", "returned_on": None, "refund": 2.50, "note": None,
    }  # fmt: skip

    assert inbox.client.delete("/api/templates/returns").status_code == 409
    inbox.client.delete("/api/datasets/returns/template")
    assert inbox.client.delete("/api/templates/returns").status_code == 204
    assert inbox.client.get("/api/templates/returns").status_code == 404


def test_built_in_templates_are_not_changed(inbox: Inbox) -> None:
    change = {"label": "Mine", "columns": [{"name": "a", "label": "A"}]}
    assert inbox.client.put("/api/templates/sales", json=change).status_code == 409
    assert inbox.client.delete("/api/templates/sales").status_code == 409
    listed = inbox.client.get("/api/templates").json()["items"]
    assert [template["name"] for template in listed] == ["sales", "products", "stock"]


@pytest.mark.parametrize("header", [layouts.IOWA, layouts.IOWA_OLD, layouts.IOWA_FIELDS])
def test_the_first_days_of_a_month_are_read_month_first_in_iowa_files(
    inbox: Inbox, header: str
) -> None:
    rows = "\n".join(
        line.replace("01/31/2024", "01/05/2024").replace("02/29/2024", "02/03/2024")
        for line in layouts.IOWA_ROWS.splitlines()
    )
    run = send(inbox, "sales", f"{header}\n{rows}\n")
    assert run["receipt"]["rejected"] == 0
    dates = [row["date"] for row in inbox.rows("sales")]
    assert dates == ["2024-01-05", "2024-02-03", "2024-02-03"]
    assert any("month first" in note for note in run["notes"])


def test_a_dataset_remembers_how_its_earlier_files_wrote_dates(inbox: Inbox) -> None:
    send(inbox, "sales", f"{layouts.TILL}\n1,24/02/2025,3,1.25\n")
    run = send(inbox, "sales", f"{layouts.TILL}\n2,03/04/2025,1,1.25\n", "april.csv")
    assert (run["receipt"]["loaded"], run["receipt"]["rejected"]) == (1, 0)
    assert [row["date"] for row in inbox.rows("sales")] == ["2025-02-24", "2025-04-03"]
