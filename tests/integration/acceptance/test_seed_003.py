"""The document of the data pipeline's API, from top to bottom, by its documented calls.

The data of the API comes by upload, in the shape in which the pipeline fetches it; the pipeline
itself, from the SFTP server to the tables, has a server of its own at the end.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.programs import Program, finished_import, free_port, until

NAME, PASSWORD = "admin", "password123 and more"
PRODUCTS = [
    {"product_id": f"P{n:03}", "product_name": f"Product {n}", "category": f"Category {n % 4}"}
    for n in range(25)
]
DAYS = [f"2025-04-{day:02}" for day in range(1, 5)]
SALES = [
    (f"P{n * 11 % 27:03}", day, 1 + n % 3, Decimal(999 + 50 * n) / 100)
    for day in DAYS
    for n in range(30)
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client with HTTP Basic, after files of sales and products came in any order."""
    folder = tmp_path_factory.mktemp("program") / "data"
    with Program(folder, environment={"ROWMILL_RATE_LIMIT_PUBLISHED": "100"}) as program:
        client = program.client(auth=(NAME, PASSWORD))
        user = {"username": NAME, "password": PASSWORD}
        assert program.client().post("/users", json=user).status_code == 201
        for day in DAYS[:2]:
            send(client, "sales", f"sales_data_{day}.csv", sales_file(day))
        content = json.dumps(PRODUCTS).encode()
        send(client, "products", f"product_info_{DAYS[0]}.json", content)
        for day in DAYS[2:]:
            send(client, "sales", f"sales_data_{day}.csv", sales_file(day))
        yield client


@pytest.fixture(autouse=True)
def _within_the_rate_limit(client: httpx.Client) -> None:
    """Wait where the minute's requests of this address are used up."""
    while (answer := client.get("/help")).status_code == 429:
        time.sleep(int(answer.headers["retry-after"]))


def sales_file(day: str) -> bytes:
    rows = "".join(f"{item},{at},{number},{price}\n" for item, at, number, price in SALES
                   if at == day)  # fmt: skip
    return f"product_id,sale_date,quantity,price\n{rows}".encode()


def send(client: httpx.Client, template: str, name: str, content: bytes) -> Any:
    answer = client.post(
        "/api/upload", files={"file": (name, content)}, data={"template": template}
    )
    assert answer.status_code in {200, 201}, answer.text
    run = finished_import(client, answer.json()["import_id"])
    assert run["status"] == "succeeded", run["error"]
    return answer


def pages(client: httpx.Client, path: str, name: str, **parameters: Any) -> list[Any]:
    items: list[Any] = []
    more: dict[str, Any] = {}
    while True:
        answer = client.get(path, params={**parameters, **more})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page[name]
        if page["next_cursor"] is None:
            return items
        more = {"cursor": page["next_cursor"]}


def test_products_are_listed_ten_at_a_time(client: httpx.Client) -> None:
    first = client.get("/products").json()
    assert len(first["products"]) == 10
    assert first["next_cursor"]
    shown = pages(client, "/products", "products")
    assert [{key: each[key] for key in PRODUCTS[0]} for each in shown] == PRODUCTS
    assert client.get("/products", params={"limit": 25}).json()["next_cursor"] is None


def test_sales_are_listed_also_those_of_unknown_products(client: httpx.Client) -> None:
    shown = pages(client, "/sales", "sales", limit=50)

    assert [
        (s["product_id"], s["sale_date"], s["quantity"], Decimal(str(s["price"]))) for s in shown
    ] == SALES
    assert "P026" in {sale["product_id"] for sale in shown}


def test_the_same_files_once_more_change_nothing(client: httpx.Client) -> None:
    answer = send(client, "sales", "another-name.csv", sales_file(DAYS[0]))

    assert (answer.status_code, answer.json()["duplicate"]) == (200, True)
    assert len(pages(client, "/sales", "sales", limit=1000)) == len(SALES)


def test_categories_and_figures(client: httpx.Client) -> None:
    assert client.get("/categories").json() == {
        "categories": [f"Category {n}" for n in range(4)],
        "next_cursor": None,
    }
    assert pages(client, "/sales/daily_count", "daily_sales_count", limit=3) == [
        {"sale_date": day, "count": 30} for day in DAYS
    ]
    counted = Counter((day, item) for item, day, _, _ in SALES)
    path = "/sales/product_daily_count"
    assert pages(client, path, "product_daily_sales_count", limit=40) == [
        {"sale_date": day, "product_id": item, "count": count}
        for (day, item), count in sorted(counted.items())
    ]
    categories: dict[str, str] = {each["product_id"]: each["category"] for each in PRODUCTS}
    totals: dict[str | None, Decimal] = {}
    for item, _, quantity, price in SALES:
        name = categories.get(item)
        totals[name] = totals.get(name, Decimal()) + quantity * price
    shown = pages(client, "/sales/category_sales", "category_sales", limit=2)
    assert {each["category"]: Decimal(str(each["total_sales"])) for each in shown} == totals
    assert sum(each["total_count"] for each in shown) == len(SALES)


def test_sales_are_filtered_by_date_product_and_category(client: httpx.Client) -> None:
    def found(**filters: str) -> int:
        return len(pages(client, "/sales/filtered", "filtered_sales", limit=1000, **filters))

    assert found(date="2025-04-02") == 30
    assert found(product_id="P011") == sum(item == "P011" for item, *_ in SALES)
    of_category = {p["product_id"] for p in PRODUCTS if p["category"] == "Category 1"}
    assert found(category="Category 1") == sum(item in of_category for item, *_ in SALES)
    assert found(date="2025-04-02", product_id="P011", category="Category 3") == sum(
        (item, day) == ("P011", "2025-04-02") for item, day, *_ in SALES
    )
    assert found(date="1999-01-01") == 0


def test_bad_parameters_and_strangers_are_refused(client: httpx.Client) -> None:
    for limit in ("0", "ten"):
        assert client.get("/sales", params={"limit": limit}).status_code == 422
    assert client.get("/sales/filtered", params={"date": "2025-13-01"}).status_code == 422
    assert client.get("/products", auth=(NAME, "wrong")).status_code == 401
    assert client.get("/products", auth=None).status_code == 401


def test_help_lists_the_routes(client: httpx.Client) -> None:
    routes = client.get("/help").json()["routes"]

    assert {"/products", "/sales", "/categories", "/sales/daily_count", "/sales/filtered",
            "/sales/product_daily_count", "/sales/category_sales", "/help"} <= {
        route["route"] for route in routes
    }  # fmt: skip
    assert all({"endpoint", "methods", "route", "description"} == set(route) for route in routes)


def test_after_a_hundred_requests_in_a_minute_one_has_to_wait(client: httpx.Client) -> None:
    answers = [client.get("/categories") for _ in range(101)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_the_pipeline_brings_the_files_of_the_sftp_server_in_once(tmp_path: Path) -> None:
    environment = {"ROWMILL_ALLOW_PRIVATE_HOSTS": "127.0.0.1"}
    with (
        sftp_demo(tmp_path / "sftp") as port,
        Program(tmp_path / "data", environment=environment) as program,
    ):
        account = program.account()
        (tmp_path / "sftp" / "readme.txt").write_text("not a table of ours")
        account.post("/api/feeds", json=feed(port)).raise_for_status()
        run_pipeline(account)
        first = brought_in(account)
        copy = next((tmp_path / "sftp").glob("sales_data_*.csv"))
        shutil.copy(copy, tmp_path / "sftp" / "sales_data_again.csv")
        states = run_pipeline(account)
        assert brought_in(account) == first

    lines = [
        path.read_text().splitlines()[1:] for path in (tmp_path / "sftp").glob("sales_data_2*")
    ]
    assert first["sales"] == sum(map(len, lines)) > 0
    assert first["products"] > 0
    assert states.pop("readme.txt") == "unrecognised"
    assert states.pop("sales_data_again.csv") == "duplicate"
    assert set(states.values()) <= {"imported", "duplicate"}
    assert len(states) == 6


@contextmanager
def sftp_demo(folder: Path) -> Iterator[int]:
    """The demo's SFTP server with three days of data; its port."""
    port = free_port()
    options = {"--port": str(port), "--folder": str(folder), "--days": "3", "--password": PASSWORD}
    words = [word for option in options.items() for word in option]
    command = [sys.executable, "-m", "rowmill", "demo", "sftp", *words]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        until(lambda: listens(port), seconds=60, what="the SFTP server")
        yield port
    finally:
        server.terminate()
        server.wait(20)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def feed(port: int) -> dict[str, Any]:
    return {
        "name": "Pipeline",
        "source": {"kind": "sftp", "host": "127.0.0.1", "port": port, "username": "demo"},
        "secrets": {"password": PASSWORD},
        "rules": [
            {"pattern": "sales_data_*.csv", "template": "sales"},
            {"pattern": "product_info_*.json", "template": "products"},
        ],
        "stable_seconds": 1,
    }


def run_pipeline(client: httpx.Client) -> dict[str, str]:
    """Run the feed to the end of its imports; the states of its files by path."""
    run = client.post("/api/feeds/pipeline/run").raise_for_status().json()["run"]

    def ended() -> Any:
        found = client.get("/api/feeds/pipeline").json()
        left = {"seen", "fetching", "fetched", "importing"} & set(found["files"])
        return not found["running"] and not left

    until(ended, seconds=120, what="the end of the run and its imports")
    result = client.get(f"/api/feeds/pipeline/runs/{run['id']}").json()
    assert result["status"] == "succeeded", result["error"]
    items = client.get("/api/feeds/pipeline/files", params={"limit": 100}).json()["items"]
    return {item["path"]: item["state"] for item in items}


def brought_in(client: httpx.Client) -> dict[str, int]:
    """How many sales and products there are."""
    return {
        name: len(pages(client, f"/{name}", name, limit=1000)) for name in ("sales", "products")
    }
