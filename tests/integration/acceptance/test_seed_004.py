"""Sales and stock management: the document's calls, from top to bottom, by a signed-in client."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fastapi.testclient import TestClient

from tests.factories.accounts import PASSWORD

HEADER = (
    "Invoice/Item Number,Date,Store Number,Store Name,Address,City,Zip Code,Store Location,"
    "County Number,County,Category,Category Name,Vendor Number,Vendor Name,Item Number,"
    "Item Description,Pack,Bottle Volume (ml),State Bottle Cost,State Bottle Retail,Bottles Sold,"
    "Sale (Dollars),Volume Sold (Liters),Volume Sold (Gallons)"
)
STORES = {
    "des_moines": "2633,Hy-Vee #3,1 Main St,Des Moines,50320,POINT (-93.59 41.55),77,POLK",
    "ames": "4829,Central City 2,2 Oak St,Ames,50010,POINT (-93.62 42.02),85,STORY",
}
VODKA = "1031100,AMERICAN VODKAS,260,DIAGEO,35918,Five O'clock Vodka,12,1000,5.00,7.50"
RUM = "1062400,SPICED RUM,434,LUXCO,43338,Captain Morgan,6,750,10.00,15.00"
ROWS = (
    f"INV-001,01/15/2024,{STORES['des_moines']},{VODKA},10,75.00,10,2.6",
    f"INV-002,01/16/2024,{STORES['des_moines']},{RUM},4,60.00,3,0.8",
    f'INV-003,02/10/2024,{STORES["ames"]},{VODKA},"1,000",7500.00,1000,264.1',
)


def test_the_document_from_login_to_logout(client: TestClient, work: Callable[[], None]) -> None:
    account = {"email": "ada@example.com", "password": PASSWORD}
    assert client.post("/api/register/", json=account).status_code == 201
    client.cookies.clear()
    tokens = client.post("/api/login/", json=account).json()
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}

    def call(method: str, path: str, **options: Any) -> Any:
        return client.request(method, path, headers=bearer, **options)

    empty = call("GET", "/api/dashboard/").json()
    assert (empty["total_sales"], empty["total_stock"]) == ("0.00", "0")

    content = "\n".join([HEADER, *ROWS, ""]).encode()
    sent = call(
        "POST", "/api/upload", files={"file": ("iowa.csv", content)}, data={"template": "sales"}
    )
    assert sent.status_code == 201, sent.text
    work()
    run = call("GET", f"/api/imports/{sent.json()['import_id']}").json()
    assert run["status"] == "succeeded", run["error"]

    board = call("GET", "/api/dashboard/").json()
    assert (board["total_sales"], board["total_profit"]) == ("7635.00", "2545.00")
    assert [each["period"] for each in board["series"]] == ["2024-01-01", "2024-02-01"]
    for name in ("city", "county", "zip", "category", "vendor", "store", "item"):
        listed = board["breakdowns"][name]["items"]
        assert sum(Decimal(each["sales"]) for each in listed) == Decimal(7635)
    for name, value in {
        "store_name": "Hy-Vee #3", "city": "Des Moines", "zip": "50320",
        "store_location": "POINT (-93.59 41.55)", "county_number": "77", "county": "POLK",
    }.items():  # fmt: skip
        found = call("GET", "/api/dashboard/", params={name: value}).json()
        assert found["total_sales"] == "135.00", name
    for name, value in {
        "category": "1062400", "category_name": "SPICED RUM", "vendor_number": "434",
        "vendor_name": "LUXCO", "item_number": "43338",
    }.items():  # fmt: skip
        found = call("GET", "/api/dashboard/", params={name: value}).json()
        assert found["total_sales"] == "60.00", name

    new = {
        "number": "INV-900", "date": "2024-03-01",
        "store": {"number": "2633", "name": "Hy-Vee #3", "city": "Des Moines"},
        "lines": [{"item_number": "35918", "item_name": "Five O'clock Vodka", "quantity": 2,
                   "unit_price": "7.50", "unit_cost": "5.00"}],
    }  # fmt: skip
    made = call("POST", "/api/invoices/", json=new)
    assert made.status_code == 201, made.text
    listed = call("GET", "/api/invoices/").json()["items"]
    assert [each["number"] for each in listed] == ["INV-900", "INV-003", "INV-002", "INV-001"]
    assert call("GET", "/api/dashboard/").json()["total_sales"] == "7650.00"

    new["lines"][0]["quantity"] = 4  # type: ignore[index]
    changed = call("PUT", f"/api/invoices/{made.json()['invoice_id']}/", json=new)
    assert changed.json()["totals"]["amount"] == "30.00"
    assert call("GET", "/api/dashboard/").json()["total_sales"] == "7665.00"
    assert call("DELETE", "/api/invoices/INV-900/").status_code == 204
    assert call("DELETE", "/api/invoices/INV-003/").status_code == 204
    after = call("GET", "/api/dashboard/").json()
    assert (after["total_sales"], after["total_profit"]) == ("135.00", "45.00")

    assert call("POST", "/api/logout/").status_code in {200, 204}
    assert call("POST", "/api/logout/").status_code == 401
    assert call("GET", "/api/dashboard/").status_code == 401
    again = client.post("/api/token/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert again.status_code == 401
