"""The dashboard, invoices and an edit, over the sales that were imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks import references
from tests.benchmarks.measuring import Result, median, seconds
from tests.programs import Program

ROUNDS = 5
PAGES = 15
CITIES = ("Ames", "Davenport", "Dubuque", "Waterloo", "Iowa City")
DEEP = 50  # pages


def dashboard(program: Program, parquet: Path) -> list[Result]:
    """Everything the dashboard shows, added up anew of all rows and of a tenth of them."""
    client = _with_sales(program)
    bare = seconds(lambda: references.dashboard(parquet, "true"), times=ROUNDS)
    whole = [
        seconds(lambda n=n: _board(client, top=n))[0]  # type: ignore[misc]
        for n in range(11, 11 + ROUNDS)
    ]
    bare_part = seconds(lambda: references.dashboard(parquet, "\"City\" = 'Ames'"), times=ROUNDS)
    part = [
        seconds(lambda city=city: _board(client, city=city))[0]  # type: ignore[misc]
        for city in CITIES
    ]
    cached = seconds(lambda: _board(client), times=PAGES)
    name = "bare DuckDB, orders counted"
    return [
        Result("Dashboard of all rows", median(whole), median(bare), name, "≤ 1.3"),
        Result("Dashboard of a city", median(part), median(bare_part), name, "≤ 1.3"),
        Result("The same again, cached, at the client", median(cached), None, "", ""),
    ]


def edits(program: Program) -> list[Result]:
    """One invoice changed, until the dashboard shows it."""
    client = _with_sales(program)
    listed = client.get("/api/invoices", params={"limit": ROUNDS + 1}).raise_for_status().json()
    numbers = [each["invoice_id"] for each in listed["items"]]
    _board(client)
    _edit(client, numbers.pop(), 0)  # the first one may bring columns that the dataset has not
    taken = []
    for number in numbers:
        before = client.get("/api/dashboard").raise_for_status().json()["version"]
        taken += seconds(lambda n=number, b=before: _edit(client, n, b))  # type: ignore[misc]
    return [
        Result("Edit of an invoice → visible in the dashboard", median(taken), None, "", "≤ 150 ms")
    ]


def invoices(program: Program) -> list[Result]:
    """A page of 50 invoices: the newest, far behind them, and the largest."""
    client = _with_sales(program)
    first = seconds(lambda: _page(client), times=PAGES)
    cursor = None
    for _ in range(DEEP):
        cursor = _page(client, limit="1000", cursor=cursor)["next_cursor"]
    deep = seconds(lambda: _page(client, cursor=cursor), times=PAGES)
    largest = seconds(lambda: _page(client, sort="-amount"), times=ROUNDS)
    return [
        Result("Page of 50 invoices, the newest", median(first), None, "", ""),
        Result(
            f"Page of 50 invoices, behind {DEEP * 1000:,}",
            median(deep),
            median(first),
            "the first page",
            "",
        ),
        Result("Page of 50 invoices, by amount", median(largest), None, "", ""),
    ]


def _with_sales(program: Program) -> httpx.Client:
    """A client whose workspace's sales are the imported ones."""
    client = program.account()
    if client.get("/api/datasets/sales").raise_for_status().json()["template"] is None:
        client.post("/api/datasets/sales/template", json={"template": "sales"}).raise_for_status()
    return client


def _board(client: httpx.Client, **query: Any) -> None:
    answer = client.get("/api/dashboard", params=query).raise_for_status().json()
    assert answer["kpis"]["orders"]["value"] > 0


def _edit(client: httpx.Client, number: str, before: int) -> None:
    """Change an invoice, and see it in the dashboard, whose version was `before`."""
    body = {"customer": f"Customer {before}"}
    client.patch(f"/api/invoices/{number}", json=body).raise_for_status()
    after = client.get("/api/dashboard").raise_for_status().json()["version"]
    assert after > before


def _page(client: httpx.Client, **query: Any) -> Any:
    parameters = {"limit": "50", **{name: value for name, value in query.items() if value}}
    page = client.get("/api/invoices", params=parameters).raise_for_status().json()
    assert len(page["items"]) == int(parameters["limit"])
    return page
