"""The ingestion pipeline's document, from top to bottom, by its documented calls."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.programs import Program, until

PASSWORD = "a long enough password"
HEADER = (
    "ORDERNUMBER", "QUANTITYORDERED", "PRICEEACH", "SALES", "ORDERDATE", "STATUS", "PRODUCTLINE",
    "CUSTOMERNAME", "PHONE", "ADDRESSLINE2", "CITY", "POSTALCODE", "COUNTRY",
)  # fmt: skip
PLACES = (("Paris", "75508", "France"), ("Málaga", "01004", "Spain"), ("Oslo", "N 0106", "Norway"))
ROWS = 900


def record(number: int) -> tuple[str, ...]:
    """One of many sales, with accents, leading zeros and a column that is mostly blank."""
    quantity, price = 20 + number % 30, Decimal(3500 + number * 7 % 6000) / 100
    city, postal_code, country = PLACES[number % 3]
    year, month, day = 2003 + number % 2, 1 + number % 12, 1 + number % 28
    return (
        str(10100 + number // 3), str(quantity), str(price), str(quantity * price),
        f"{month}/{day}/{year} 0:00", "Shipped", ("Trains", "Ships")[number % 2],
        f"Café N°{number % 7}", f"0{number % 9}.26.47.1555", "", city, postal_code, country,
    )  # fmt: skip


RECORDS = [record(number) for number in range(ROWS)]


def sample() -> bytes:
    """The file, in an encoding that is not UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *RECORDS])
    return text.getvalue().encode("cp1252")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program(tmp_path_factory.mktemp("seed-000") / "data") as program:
        yield program


@pytest.fixture(scope="module")
def client(program: Program) -> httpx.Client:
    """A browser, in a way: it has nothing but the cookie that registering has set."""
    client = program.client()
    body = {"email": "ada@example.com", "password": PASSWORD}
    answer = client.post("/api/register", json=body)
    assert answer.status_code == 201
    assert answer.cookies
    return client


def ready(client: httpx.Client, dataset_id: str) -> Any:
    """The dataset's status once nothing is on its way into it."""

    def ended() -> Any:
        status = client.get(f"/api/datasets/{dataset_id}/status").raise_for_status().json()
        return status if status["status"] != "processing" else None

    return until(ended, seconds=60, what="the import's end")


@pytest.fixture(scope="module")
def dataset_id(client: httpx.Client) -> str:
    answer = client.post("/api/upload", files={"file": ("Sales_Sample.CSV", sample())})
    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "processing"
    status = ready(client, body["dataset_id"])
    assert (status["status"], status["row_count"], status["rows_dropped"]) == ("ready", ROWS, 0)
    found: str = body["dataset_id"]
    return found


def test_register_sign_in_out_and_who_am_i(program: Program) -> None:
    client = program.client()
    body = {"email": "bob@example.com", "password": PASSWORD}
    assert client.get("/api/me").status_code == 401
    assert client.post("/api/register", json=body).status_code == 201
    assert client.get("/api/me").json()["email"] == body["email"]
    assert client.post("/api/register", json=body).status_code == 409
    for wrong in ({**body, "email": "no address"}, {"email": "c@example.com", "password": "short"}):
        assert client.post("/api/register", json=wrong).status_code == 422
    assert client.post("/api/logout").status_code == 200
    assert client.get("/api/me").status_code == 401
    assert client.post("/api/login", json={**body, "password": "wrong"}).status_code == 401
    signed_in = client.post("/api/login", json=body)
    assert signed_in.status_code == 200
    assert {"access_token", "refresh_token"} <= set(signed_in.json())
    assert client.get("/api/me").status_code == 200


def test_nothing_of_the_file_is_dropped_or_altered(client: httpx.Client, dataset_id: str) -> None:
    exported = client.get(f"/api/datasets/{dataset_id}/export", params={"safe": "false"})
    assert 'filename="Sales_Sample.CSV"' in exported.headers["content-disposition"]
    header, *rows = csv.reader(io.StringIO(exported.text))
    assert header == list(HEADER)
    assert len(rows) == ROWS
    for row, sent in zip(rows, RECORDS, strict=True):
        for name, value, original in zip(HEADER, row, sent, strict=True):
            if name in {"PRICEEACH", "SALES"}:
                assert Decimal(value) == Decimal(original)
            elif name == "ORDERDATE":
                month, day, year = original.removesuffix(" 0:00").split("/")
                assert value.startswith(f"{year}-{int(month):02}-{int(day):02}")
            else:
                assert value == original


def test_the_list_has_the_newest_first(client: httpx.Client, dataset_id: str) -> None:
    later = client.post("/api/upload", files={"file": ("later.csv", b"a,b\n1,2\n")}).json()
    ready(client, later["dataset_id"])
    listed = [item["id"] for item in client.get("/api/datasets").json()["items"]]
    assert listed[:2] == [later["dataset_id"], dataset_id]
    assert client.delete(f"/api/datasets/{later['dataset_id']}").status_code == 204


def test_the_detail_has_a_page_and_key_figures(client: httpx.Client, dataset_id: str) -> None:
    detail = client.get(f"/api/datasets/{dataset_id}").json()
    aggregates = detail["aggregates"]
    total = sum(Decimal(row[3]) for row in RECORDS)
    assert Decimal(str(aggregates["total_sales"])) == total
    assert aggregates["order_count"] == len({row[0] for row in RECORDS})
    average = total / aggregates["order_count"]
    assert abs(Decimal(str(aggregates["average_order_value"])) - average) < Decimal("0.01")
    for name in ("sales_by_quarter", "sales_by_country", "sales_by_customer"):
        parts = sum(Decimal(str(part["total_sales"])) for part in aggregates[name])
        assert parts == total
    assert len(detail["records"]["items"]) == 50


def test_pages_sorting_dates_and_filters(client: httpx.Client, dataset_id: str) -> None:
    wanted: dict[str, str | int] = {
        "page": 2,
        "page_size": 10,
        "sort_by": "SALES",
        "sort_dir": "desc",
        "date_from": "2003-01-01",
        "date_to": "2003-12-31",
        "COUNTRY": "France",
    }
    detail = client.get(f"/api/datasets/{dataset_id}", params=wanted).json()
    matching = [r for r in RECORDS if r[-1] == "France" and "/2003 " in r[4]]
    expected = sorted((Decimal(r[3]) for r in matching), reverse=True)[10:20]
    shown = [Decimal(str(row["sales"])) for row in detail["records"]["items"]]
    assert shown == expected
    assert detail["records"]["total"] == len(matching)
    total = sum(Decimal(r[3]) for r in matching)
    assert Decimal(str(detail["aggregates"]["total_sales"])) == total
    refused: list[dict[str, str | int]] = [
        {"page_size": 101},
        {"page": 0},
        {"sort_dir": "up"},
        {"TOWN": "x"},
    ]
    for bad in refused:
        answer = client.get(f"/api/datasets/{dataset_id}", params=bad)
        assert answer.status_code == 422, bad


def test_files_that_are_no_tables(client: httpx.Client) -> None:
    assert client.post("/api/upload", files={"file": ("empty.csv", b"")}).status_code == 400
    answer = client.post("/api/upload", files={"file": ("bad.csv", b"\x00\x01\x02" * 300)})
    assert answer.status_code == 201
    status = ready(client, answer.json()["dataset_id"])
    assert status["status"] == "failed"
    assert status["error"]["message"]


def test_others_find_nothing(program: Program, dataset_id: str) -> None:
    eve = program.client()
    body = {"email": "eve@example.com", "password": PASSWORD}
    assert eve.post("/api/register", json=body).status_code == 201
    assert eve.get("/api/datasets").json()["items"] == []
    for path in ("", "/status", "/export", "/records"):
        assert eve.get(f"/api/datasets/{dataset_id}{path}").status_code == 404
    assert eve.delete(f"/api/datasets/{dataset_id}").status_code == 404


def test_what_the_document_lacks_is_there(client: httpx.Client) -> None:
    sent = client.post("/api/upload", files={"file": ("gone.csv", b"a,b\n1,2\n")}).json()
    ready(client, sent["dataset_id"])
    assert client.delete(f"/api/datasets/{sent['dataset_id']}").status_code == 204
    assert client.get(f"/api/datasets/{sent['dataset_id']}").status_code == 404
    assert client.get("/api/instance").json()["max_upload_bytes"] > 0
