"""CSV downloads: complete, quoted, safe where a spreadsheet opens them, and stoppable."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import duckdb
import psutil
import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from rowmill.datasets.export import Export, ExportQuery
from rowmill.datasets.filters import Filters
from rowmill.datasets.ordering import Order, parse
from rowmill.datasets.service import reading
from rowmill.db import transaction
from rowmill.errors import CursorExpired
from rowmill.models import Dataset
from tests.factories.accounts import Account
from tests.factories.datasets import Sheet

Make = Callable[..., Sheet]

ODD = """
    SELECT * FROM (VALUES
        (1::BIGINT, 'plain', 1.50::DECIMAL(18,2), DATE '2024-02-29', true, 0.5::DOUBLE),
        (2, 'with, "quotes" and' || chr(10) || 'lines', -2.00, NULL, false, NULL),
        (3, '', NULL, NULL, NULL, NULL),
        (4, NULL, NULL, NULL, NULL, NULL),
        (5, '=1+1', NULL, NULL, NULL, NULL),
        (6, '-5 apples', 0.25, NULL, NULL, -1)
    ) AS v(id, text, price, day, flag, ratio)
"""


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_every_value_is_written_so_that_it_reads_back(
    make: Make, client: TestClient, ada: Account
) -> None:
    slug = make(ODD).slug
    client.cookies.clear()
    answer = client.get(f"/api/datasets/{slug}/export", headers=ada.bearer)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Sales.csv\"; filename*=UTF-8''Sales.csv"
    )
    assert lines(answer.content) == [
        ["ID", "TEXT", "PRICE", "DAY", "FLAG", "RATIO"],
        ["1", "plain", "1.50", "2024-02-29", "true", "0.5"],
        ["2", 'with, "quotes" and\nlines', "-2.00", "", "false", ""],
        ["3", "", "", "", "", ""],
        ["4", "", "", "", "", ""],
        ["5", "=1+1", "", "", "", ""],
        ["6", "-5 apples", "0.25", "", "", "-1.0"],
    ]


def test_empty_text_and_no_value_are_written_differently(make: Make, client: TestClient) -> None:
    path = f"/api/datasets/{make(ODD).slug}/export?id__in=3,4"
    assert client.get(f"{path}&fields=id,text").text == 'ID,TEXT\n3,""\n4,\n'
    # Where it is the only value, a blank line would be lost.
    content = client.get(f"{path}&fields=text").text
    assert content == 'TEXT\n""\n""\n'


@pytest.mark.parametrize(
    ("by", "query", "cell"),
    [
        ("cookie", "", "'=1+1"), ("cookie", "&safe=false", "=1+1"), ("bearer", "", "=1+1"),
        ("bearer", "&safe=true", "'=1+1"), ("navigation", "", "'=1+1"),
    ],
)  # fmt: skip
def test_formulas_are_disarmed_for_people_and_kept_for_programs(
    make: Make, client: TestClient, ada: Account, by: str, query: str, cell: str
) -> None:
    slug = make(ODD).slug
    headers = {} if by == "cookie" else dict(ada.bearer)
    if by == "navigation":
        headers["Sec-Fetch-Mode"] = "navigate"
    if by != "cookie":
        client.cookies.clear()
    answer = client.get(f"/api/datasets/{slug}/export?id__gte=5{query}", headers=headers)
    first, second = lines(answer.content)[1:]
    assert (first[1], second[2], second[5]) == (cell, "0.25", "-1.0")


def test_an_export_is_filtered_sorted_and_narrowed(make: Make, client: TestClient) -> None:
    path = f"/api/datasets/{make(ODD).slug}/export"
    answer = client.get(path, params={"id__lte": "3", "sort": "-id", "fields": "price,ID"})
    assert lines(answer.content) == [["PRICE", "ID"], ["", "3"], ["-2.00", "2"], ["1.50", "1"]]


def test_a_large_export_is_whole_and_in_order(make: Make, client: TestClient) -> None:
    sheet = make("SELECT i::BIGINT AS id, repeat('x', 50) AS body FROM range(200000) AS r(i)")
    content = client.get(f"/api/datasets/{sheet.slug}/export?fields=id").content
    assert content == b"ID\n" + b"".join(b"%d\n" % i for i in range(200_000))


def test_the_past_and_nothing_can_be_exported(make: Make, client: TestClient) -> None:
    sheet = make("SELECT 1::BIGINT AS id")
    first = sheet.dataset.version
    sheet.replace("SELECT 2::BIGINT AS id")
    path = f"/api/datasets/{sheet.slug}/export"
    assert client.get(path, params={"as_of": str(first)}).text == "ID\n1\n"
    assert client.get(path, params={"id": "7"}).text == "ID\n"
    assert client.get(f"/api/datasets/{make(name='Empty.csv').slug}/export").status_code == 200


def test_an_unchanged_export_is_not_sent_again(make: Make, client: TestClient) -> None:
    path = f"/api/datasets/{make(ODD).slug}/export"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{path}?safe=false", headers={"If-None-Match": tag}).status_code == 200


def test_what_fails_before_the_first_row_is_answered_as_an_error(
    make: Make, client: TestClient
) -> None:
    sheet = make(ODD)
    for found in list(sheet.table.store.list(f"lake/{sheet.table.workspace_id}")):
        sheet.table.store.delete(found.key)
    answer = client.get(f"/api/datasets/{sheet.slug}/export")
    assert (answer.status_code, answer.json()["code"]) == (410, CursorExpired.code)
    assert client.get(f"/api/datasets/{sheet.slug}/export?format=pdf").status_code == 422


def export_of(sheet: Sheet, order: Order | None = None) -> Export:
    with transaction(sheet.context.engine) as session:
        found = reading(session, session.get_one(Dataset, sheet.dataset.id))
    query = ExportQuery(found.columns.items, Filters(), order or Order(), safe=False)
    return Export(sheet.context.lakes, found, query)


def test_a_client_that_goes_away_stops_the_query(make: Make) -> None:
    sheet = make("SELECT i::BIGINT AS id, 'body ' || i AS body FROM range(3000000) AS r(i)")
    export = export_of(sheet)
    pieces = export.pieces()
    assert len(next(pieces)) + len(next(pieces)) > 0
    export.close()
    export.close()
    assert list(pieces) == []
    assert sheet.table.workspace_id in sheet.context.lakes.attached_workspaces()
    assert sheet.context.lakes._attachments[sheet.table.workspace_id].users == 0


def test_a_client_that_goes_away_during_a_long_sort_stops_it(make: Make) -> None:
    sheet = make("SELECT hash(i)::VARCHAR || repeat('x', 99) AS v FROM range(2000000) AS r(i)")
    with transaction(sheet.context.engine) as session:
        found = reading(session, session.get_one(Dataset, sheet.dataset.id))
    export = export_of(sheet, parse("v", found.columns))
    pieces = export.pieces()
    next(pieces)
    reading_on = threading.Thread(target=lambda: got.extend(_quietly(pieces)))
    got: list[bytes] = []
    reading_on.start()
    time.sleep(0.3)
    started = time.monotonic()
    export.close()
    reading_on.join()
    assert time.monotonic() - started < 2
    assert sum(map(len, got)) < 100_000_000


def _quietly(pieces: Iterator[bytes]) -> Iterator[bytes]:
    with suppress(duckdb.Error, pa.ArrowException):
        yield from pieces


def test_an_export_waits_for_a_slow_client_without_filling_memory(make: Make) -> None:
    sheet = make("SELECT i::BIGINT AS id, repeat(md5('' || i), 8) AS body FROM range(600000) r(i)")
    export = export_of(sheet)
    pieces = export.pieces()
    size = len(next(pieces)) + len(next(pieces))
    process = psutil.Process()
    before = process.memory_info().rss
    time.sleep(1)
    held = process.memory_info().rss - before
    size += sum(len(piece) for piece in pieces)
    export.close()
    assert size > 150_000_000
    assert held < 100_000_000
