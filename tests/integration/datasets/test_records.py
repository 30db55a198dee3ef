"""Pages of records: complete, pinned to a version, tagged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rowmill.context import Context
from rowmill.lake import Lakes, Reader
from tests.factories.accounts import Account
from tests.factories.datasets import Sheet, make_dataset

Make = Callable[..., Sheet]
Get = Callable[..., Any]

HUNDRED = """
    SELECT i::BIGINT AS id, 'n' || i % 7 AS name, CASE WHEN i % 5 > 0 THEN i / 10 END::DECIMAL(9,2)
    AS amount FROM range(100) AS r(i)
"""


def walk(get: Get, slug: str, **parameters: Any) -> Iterator[Any]:
    """Every page, from the first to the last."""
    cursor: str | None = ""
    while cursor is not None:
        page = get(f"{slug}/records", **parameters, **({"cursor": cursor} if cursor else {}))
        cursor = page["next_cursor"]
        yield page


def test_records_come_as_they_were_loaded(make: Make, get: Get) -> None:
    sheet = make(HUNDRED)
    page = get(f"{sheet.slug}/records", limit=2)
    assert page["items"] == [
        {"id": 0, "name": "n0", "amount": None},
        {"id": 1, "name": "n1", "amount": 0.1},
    ]
    assert (page["total"], page["version"]) == (100, sheet.dataset.version)
    everything = [row["id"] for page in walk(get, sheet.slug, limit=33) for row in page["items"]]
    assert everything == list(range(100))


def test_the_last_page_has_no_cursor_even_when_it_is_full(make: Make, get: Get) -> None:
    sheet = make(HUNDRED)
    assert get(f"{sheet.slug}/records", limit=100)["next_cursor"] is None
    assert get(f"{sheet.slug}/records", limit=99)["next_cursor"] is not None


def test_the_next_page_is_linked(make: Make, client: TestClient) -> None:
    sheet = make(HUNDRED)
    answer = client.get(f"/api/datasets/{sheet.slug}/records?limit=60&name__ne=n1")
    following = client.get(answer.links["next"]["url"])
    assert len(following.json()["items"]) == answer.json()["total"] - 60
    assert "next" not in following.links


def test_a_dataset_that_waits_for_its_first_import_has_no_records(make: Make, get: Get) -> None:
    page = get(f"{make().slug}/records")
    assert page == {"items": [], "next_cursor": None, "version": None, "total": 0}


def test_fields_are_chosen_by_name_or_label(make: Make, get: Get) -> None:
    page = get(f"{make(HUNDRED).slug}/records", fields="AMOUNT,id", limit=2)
    assert [list(row) for row in page["items"]] == [["amount", "id"]] * 2


def test_paging_reads_one_version_while_rows_come_change_and_go(make: Make, get: Get) -> None:
    sheet = make(HUNDRED)
    for sort in ("", "-amount,name"):
        pages = walk(get, sheet.slug, limit=30, sort=sort)
        seen = next(pages)["items"]
        before = sheet.dataset.version
        sheet.append("SELECT 1000::BIGINT AS id, 'new' AS name, 5::DECIMAL(9,2) AS amount")
        sheet.upsert("SELECT 50::BIGINT AS id, 'changed' AS name", "id")
        sheet.table.execute("DELETE FROM {table} WHERE id > 90")
        rest = list(pages)
        assert {page["version"] for page in rest} == {before}
        ids = [row["id"] for row in seen] + [row["id"] for page in rest for row in page["items"]]
        assert len(ids) == len(set(ids)) == rest[-1]["total"]
        sheet.replace(HUNDRED)


def test_a_cursor_survives_that_columns_go_and_come(make: Make, get: Get) -> None:
    sheet = make(HUNDRED)
    pages = walk(get, sheet.slug, limit=60, name__ne="n1", sort="name")
    next(pages)
    sheet.replace("SELECT 'x' AS other")
    assert list(next(pages)["items"][0]) == ["id", "name", "amount"]


def test_the_past_can_be_read_by_version_and_by_time(make: Make, get: Get) -> None:
    sheet = make(HUNDRED)
    first = sheet.dataset
    sheet.replace("SELECT 1::BIGINT AS id")
    at = first.updated_at.isoformat()
    for moment in (str(first.version), at, at.replace("+00:00", "Z")):
        assert get(f"{sheet.slug}/records", as_of=moment)["total"] == 100
    assert get(f"{sheet.slug}/records", as_of="2999-01-01")["total"] == 1
    assert get(f"{sheet.slug}/records", as_of=str(10**30))["total"] == 1


@pytest.mark.parametrize("as_of", ["yesterday", "1999-01-01", "0", "-1"])
def test_a_past_that_never_was_is_refused(make: Make, client: TestClient, as_of: str) -> None:
    answer = client.get(f"/api/datasets/{make(HUNDRED).slug}/records", params={"as_of": as_of})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "as_of")


def test_a_cursor_of_an_expired_version_is_gone(make: Make, client: TestClient) -> None:
    sheet = make(HUNDRED)
    path = f"/api/datasets/{sheet.slug}/records"
    cursor = client.get(path, params={"limit": 5, "sort": "name"}).json()["next_cursor"]
    sheet.append(HUNDRED)
    expire_all(sheet)
    answer = client.get(path, params={"limit": 5, "sort": "name", "cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")


def expire_all(sheet: Sheet) -> None:
    with sheet.table.lakes.writer(sheet.table.workspace_id) as writer:
        writer.expire_versions(older_than=timedelta(0), keep=[])
        writer.remove_expired_files(older_than=timedelta(0))
    sheet.table.lakes._layouts.layouts._values.clear()


def test_a_cursor_belongs_to_its_filters_its_order_and_its_dataset(
    make: Make, client: TestClient
) -> None:
    sheet, other = make(HUNDRED), make(HUNDRED, "Other.csv")
    path = f"/api/datasets/{sheet.slug}/records"
    cursor = client.get(path, params={"limit": 5, "sort": "name"}).json()["next_cursor"]
    for query in ({"sort": "-name"}, {"sort": "name", "name": "n1"}, {}):
        answer = client.get(path, params={**query, "cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")
    answer = client.get(f"/api/datasets/{other.slug}/records?sort=name&cursor={cursor}")
    assert answer.status_code == 400
    assert client.get(path, params={"cursor": cursor[:-2]}).status_code == 400


def test_values_too_long_for_a_cursor_still_page_in_order(make: Make, get: Get) -> None:
    sheet = make("SELECT repeat(chr(97 + i::INTEGER), 3000) AS body FROM range(6) AS r(i)")
    pages = list(walk(get, sheet.slug, limit=2, sort="-body"))
    assert max(len(page["next_cursor"] or "") for page in pages) < 500
    found = [row["body"][0] for page in pages for row in page["items"]]
    assert found == list("fedcba")


def test_an_unchanged_page_is_not_sent_again_nor_read(make: Make, client: TestClient) -> None:
    sheet = make(HUNDRED)
    path = f"/api/datasets/{sheet.slug}/records?name=n1"
    first = client.get(path)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    with patch.object(Lakes, "reader", side_effect=AssertionError("the lake was read")):
        again = client.get(path, headers={"If-None-Match": f'"x", W/{tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    other = client.get(f"{path}&limit=3", headers={"If-None-Match": tag})
    assert (other.status_code, other.headers["ETag"] == tag) == (200, False)
    sheet.append(HUNDRED)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"),
        ("colour=red", "colour"), ("id__near=1", "id__near"), ("id=x", "id"),
        ("sort=colour", "sort"), ("fields=colour", "fields"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(make: Make, client: TestClient, query: str, field: str) -> None:
    answer = client.get(f"/api/datasets/{make(HUNDRED).slug}/records?{query}")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field


def test_long_numbers_arrive_exactly(make: Make, get: Get) -> None:
    sheet = make(
        "SELECT 9007199254740993::BIGINT AS big, 12345678901234567890.12::DECIMAL(38,2) AS exact,"
        " 0.1::DECIMAL(18,1) AS small, 'NaN'::DOUBLE AS odd, 1e300::DOUBLE AS far"
    )
    assert get(f"{sheet.slug}/records")["items"] == [
        {
            "big": "9007199254740993", "exact": "12345678901234567890.12", "small": 0.1,
            "odd": "NaN", "far": 1e300,
        }
    ]  # fmt: skip


def test_totals_of_filters_are_counted_once_per_version(make: Make, get: Get) -> None:
    sheet = make(HUNDRED)
    assert get(f"{sheet.slug}/records", name="n1", limit=1)["total"] == 15
    asked: list[str] = []
    rows = Reader.rows

    def remember(reader: Reader, statement: str, *arguments: Any) -> Any:
        asked.append(statement)
        return rows(reader, statement, *arguments)

    with patch.object(Reader, "rows", remember):
        assert get(f"{sheet.slug}/records", name="n1", limit=2)["total"] == 15
    assert asked
    assert not any("count(*)" in statement for statement in asked)
    sheet.append("SELECT 1000::BIGINT AS id, 'n1' AS name, NULL::DECIMAL(9,2) AS amount")
    assert get(f"{sheet.slug}/records", name="n1")["total"] == 16


ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-3, 3),
        st.none() | st.text("ab é,\"'", max_size=2),
        st.none() | st.decimals(-2, 2, places=1),
    ),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=ROWS,
    sort=st.sampled_from(["", "n", "-n", "t,-d", "-d,n", "d,-t,n"]),
    limit=st.integers(1, 9),
    least=st.none() | st.integers(-3, 3),
    changed=st.integers(0, 5),
)
def test_pages_put_together_are_the_whole_answer(
    served: Context,
    ada: Account,
    get: Get,
    rows: list[tuple[Any, ...]],
    sort: str,
    limit: int,
    least: int | None,
    changed: int,
) -> None:
    sheet = sheet_of(served, ada.workspace_id, rows)
    if changed:
        sheet.upsert(f"SELECT i::BIGINT AS id, 9::BIGINT AS n FROM range({changed}) AS r(i)", "id")
    parameters: dict[str, Any] = {"sort": sort} | ({} if least is None else {"n__gte": least})
    pages = list(walk(get, sheet.slug, limit=limit, **parameters))
    whole = get(f"{sheet.slug}/records", limit=1000, **parameters)
    assert [row for page in pages for row in page["items"]] == whole["items"]
    assert {page["total"] for page in pages} == {len(whole["items"])}
    expected = [n for n, *_ in rows]
    expected[:changed] = [9] * min(changed, len(rows))
    expected += [9] * (changed - len(rows))
    assert sorted(str(row["n"]) for row in whole["items"]) == sorted(
        str(n) for n in expected if least is None or (n is not None and n >= least)
    )


def sheet_of(context: Context, workspace_id: UUID, rows: list[tuple[Any, ...]]) -> Sheet:
    lines = ", ".join(
        f"({position}, {literal(n)}, {literal(t)}, {literal(d)})"
        for position, (n, t, d) in enumerate(rows)
    )
    return make_dataset(
        context,
        workspace_id,
        "SELECT id::BIGINT AS id, n::BIGINT AS n, t::VARCHAR AS t, d::DECIMAL(9,1) AS d"
        f" FROM (VALUES {lines}) AS v(id, n, t, d)",
    )


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int | Decimal):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
