"""Pages and aggregates over what was imported."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.benchmarks import references
from tests.benchmarks.measuring import Result, median, seconds
from tests.programs import Program

PAGES = 40
AGGREGATES = 9
QUERY = "/api/datasets/sales/query?group_by=date:month,category_name&metrics=sum:sale_dollars,count"


def pages(program: Program, rows: int) -> list[Result]:
    """A page of 50 rows as a client gets it, at the beginning and at the end of the table."""
    client = program.account()
    first = _page_seconds(client, None)
    deep = _page_seconds(client, _cursor_near_the_end(client, rows))
    budget = "p50 ≤ 25 ms"
    return [
        Result("Page of 50 rows, the first", median(first), None, "", budget),
        Result("Page of 50 rows, the last", median(deep), median(first), "the first page", budget),
    ]


def _cursor_near_the_end(client: httpx.Client, rows: int) -> str:
    """The cursor behind almost all rows, reached by the largest pages."""
    address = "/api/datasets/sales/records"
    parameters = {"limit": "1000", "fields": "store_number"}
    for _ in range(max(1, rows // 1000 - 1)):
        page = client.get(address, params=parameters).raise_for_status().json()
        parameters["cursor"] = page["next_cursor"]
    return parameters["cursor"]


def _page_seconds(client: httpx.Client, cursor: str | None) -> list[float]:
    parameters = {"limit": "50", **({"cursor": cursor} if cursor else {})}

    def page() -> None:
        answer = client.get("/api/datasets/sales/records", params=parameters).raise_for_status()
        assert len(answer.json()["items"]) == 50

    page()
    return seconds(page, times=PAGES)


def aggregates(program: Program, parquet: Path) -> list[Result]:
    """Sales by month and category: computed anew, and from the result cache.

    A filter that holds for all rows, each time another one, keeps the result cache out of it.
    """
    client = program.account()
    bare, fresh = [], []
    for n in range(1, AGGREGATES + 1):
        bare += seconds(lambda n=n: references.aggregate(parquet, -n))  # type: ignore[misc]
        asked = f"{QUERY}&bottles_sold__gt=-{n}"
        fresh += seconds(lambda asked=asked: client.get(asked).raise_for_status())  # type: ignore[misc]
    client.get(QUERY).raise_for_status()
    cached = seconds(lambda: client.get(QUERY).raise_for_status(), times=PAGES)
    return [
        Result("Aggregate over all rows", median(fresh), median(bare), "bare DuckDB", "≤ 1.3"),
        Result(
            "The same again, cached, at the client",
            median(cached),
            None,
            "",
            "≤ 3 ms at the server",
        ),
    ]
