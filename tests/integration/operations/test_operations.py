"""Operations as a client sees them: asked for, run, looked at, run again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from rowmill.context import Context
from tests.factories.accounts import register
from tests.integration.operations.conftest import Bench

SALES = """Order ID,City,Amount,Day,Note
0007,Paris,95.70,2024-02-29,first
0008,Oslo,120.00,2024-03-01,
0007,Paris,95.70,2024-02-29,first
0009,paris,5.00,2024-03-02,100% "off"
0008,Oslo,120.00,2024-03-01,again
0007,Paris,95.70,2024-02-29,first
"""


def ids(rows: list[dict[str, Any]]) -> list[Any]:
    return [row["order_id"] for row in rows]


def test_dedup_keeps_the_first_of_equal_rows_in_the_order_of_the_file(bench: Bench) -> None:
    sent = bench.load(SALES)

    done = bench.perform(dataset_id=sent["dataset_id"], operation="dedup")

    assert done["receipt"] == {"rows_in": 6, "rows_out": 4, "removed": 2}
    assert [(row["order_id"], row["note"]) for row in bench.result(done)] == [
        ("0007", "first"),
        ("0008", None),
        ("0009", '100% "off"'),
        ("0008", "again"),
    ]
    assert done["result"]["dataset"]["name"] == "sales – without duplicates"
    assert bench.events() == ["operation.created", "operation.started", "operation.succeeded"]


def test_columns_narrow_what_counts_as_equal(bench: Bench) -> None:
    sent = bench.load(SALES)
    done = bench.perform(
        dataset_id=sent["dataset_id"], operation="dedup", columns=["Order ID", "city"]
    )
    assert ids(bench.result(done)) == ["0007", "0008", "0009"]


def test_unique_keeps_the_first_row_of_each_value_by_name_or_label(bench: Bench) -> None:
    sent = bench.load(SALES)
    for column in ("City", "city"):
        done = bench.perform(file_id=sent["file_id"], operation="unique", column=column)
        assert [row["city"] for row in bench.result(done)] == ["Paris", "Oslo", "paris"]


def test_blank_is_one_value_of_a_unique_column(bench: Bench) -> None:
    sent = bench.load("a,b\n1,\n2,x\n3,\n4,x\n")
    done = bench.perform(file_id=sent["file_id"], operation="unique", column="b")
    assert [row["a"] for row in bench.result(done)] == [1, 2]


def test_all_conditions_of_a_filter_have_to_hold(bench: Bench) -> None:
    sent = bench.load(SALES)
    done = bench.perform(
        file_id=sent["file_id"],
        operation="filter",
        filters=[
            {"column": "city", "operator": "contains", "value": "paris"},
            {"column": "amount", "operator": "<", "value": 50},
        ],
    )
    assert ids(bench.result(done)) == ["0009"]


def test_a_filter_that_nothing_passes_makes_an_empty_dataset(bench: Bench) -> None:
    sent = bench.load(SALES)
    done = bench.perform(
        file_id=sent["file_id"],
        operation="filter",
        filters=[{"column": "amount", "operator": ">", "value": 1000}],
    )
    assert bench.result(done) == []
    assert done["receipt"] == {"rows_in": 6, "rows_out": 0, "removed": 6}
    link = bench.client.get(done["result"]["file_link"])
    assert link.text == "Order ID,City,Amount,Day,Note\n"


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"operation": "shuffle"}, "operation", "shuffle"),
    ({"operation": "unique"}, "column", "column"),
    ({"operation": "unique", "column": "Town"}, "column", "Town"),
    ({"operation": "dedup", "columns": ["City", "Town"]}, "columns", "Town"),
    ({"operation": "filter"}, "filters", "filter"),
    (
        {"operation": "filter", "filters": [{"column": "Town", "operator": ">", "value": 1}]},
        "filters.0.column",
        "Town",
    ),
    (
        {"operation": "filter", "filters": [{"column": "City", "operator": "~", "value": 1}]},
        "filters.0.operator",
        "~",
    ),
    (
        {"operation": "filter", "filters": [{"column": "Amount", "operator": ">", "value": "x"}]},
        "filters.0.value",
        "amount",
    ),
]


def test_what_cannot_work_is_refused_and_named(bench: Bench) -> None:
    sent = bench.load(SALES)
    for body, field, named in REFUSED:
        problem = bench.refused(dataset_id=sent["dataset_id"], **body)
        assert problem["errors"][0]["field"] == field
        assert named in problem["detail"]


def test_a_source_is_named_by_one_id(bench: Bench) -> None:
    sent = bench.load(SALES)
    for source in ({}, {"file_id": sent["file_id"], "dataset_id": sent["dataset_id"]}):
        assert "file_id" in bench.refused(operation="dedup", **source)["detail"]


def test_an_unknown_column_of_a_file_that_is_still_importing_is_refused(bench: Bench) -> None:
    sent = bench.upload(SALES)
    problem = bench.refused(file_id=sent["file_id"], operation="unique", column="Town")
    assert "Town" in problem["detail"]


def test_an_operation_waits_for_the_import_of_its_file(bench: Bench) -> None:
    sent = bench.upload(SALES)
    operation = bench.start(file_id=sent["file_id"], operation="dedup")
    assert operation["status"] == "pending"

    bench.work()

    assert bench.get(operation["id"])["receipt"]["rows_out"] == 4


def test_an_operation_on_a_file_that_cannot_be_imported_fails_with_the_reason(
    bench: Bench,
) -> None:
    sent = bench.upload("\x00\x01\x02\x03" * 100, "sales.csv")
    done = bench.perform(file_id=sent["file_id"], operation="dedup")
    assert done["status"] == "failed"
    assert done["error"]["code"] == "source_failed"
    assert "sales.csv" in done["error"]["message"]


def test_a_file_that_was_appended_is_worked_on_alone(bench: Bench) -> None:
    bench.client.put("/api/datasets/sales/data", content="a,b\n1,x\n2,x\n")
    sent = bench.client.put("/api/datasets/sales/data", content="a,b\n2,x\n3,x\n3,x\n").json()
    bench.work()
    done = bench.perform(file_id=sent["file_id"], operation="dedup")
    assert done["receipt"] == {"rows_in": 3, "rows_out": 2, "removed": 1}
    assert [row["a"] for row in bench.result(done)] == [2, 3]


def test_an_operation_reads_the_version_that_was_there_when_it_was_asked_for(bench: Bench) -> None:
    sent = bench.load("a\n1\n1\n")
    operation = bench.start(dataset_id=sent["dataset_id"], operation="dedup")
    bench.client.put(f"/api/datasets/{sent['dataset_id']}/data", content="a\n2\n")
    bench.work()
    assert [row["a"] for row in bench.result(bench.get(operation["id"]))] == [1]


def test_running_again_brings_the_result_up_to_date(bench: Bench) -> None:
    sent = bench.load("a\n1\n1\n")
    first = bench.perform(dataset_id=sent["dataset_id"], operation="dedup")
    bench.client.put(f"/api/datasets/{sent['dataset_id']}/data", content="a\n2\n2\n")
    bench.work()

    answer = bench.client.post(f"/api/operations/{first['id']}/run")
    bench.work()

    assert answer.status_code == 201
    again = bench.get(answer.json()["id"])
    assert again["repeats"] == first["id"]
    assert again["result"]["dataset"] == first["result"]["dataset"]
    assert [row["a"] for row in bench.result(again)] == [1, 2]
    old = bench.client.get(first["result"]["file_link"]).text
    new = bench.client.get(again["result"]["file_link"]).text
    assert (old, new) == ("a\n1\n", "a\n1\n2\n")


def test_running_again_never_overwrites_what_somebody_changed(bench: Bench) -> None:
    sent = bench.load("a\n1\n1\n")
    first = bench.perform(dataset_id=sent["dataset_id"], operation="dedup")
    result = first["result"]["dataset"]["id"]
    bench.client.put(f"/api/datasets/{result}/data", content="a\n9\n")
    bench.work()

    again = bench.client.post(f"/api/operations/{first['id']}/run").json()
    bench.work()

    assert bench.get(again["id"])["result"]["dataset"]["id"] != result
    assert [row["a"] for row in bench.rows(result)] == [1, 9]


def test_an_operation_that_has_not_ended_is_not_run_again(bench: Bench) -> None:
    sent = bench.load("a\n1\n")
    operation = bench.start(dataset_id=sent["dataset_id"], operation="dedup")
    answer = bench.client.post(f"/api/operations/{operation['id']}/run")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_over")


def test_a_cancelled_operation_leaves_nothing(bench: Bench) -> None:
    sent = bench.load(SALES)
    operation = bench.start(dataset_id=sent["dataset_id"], operation="dedup")
    answer = bench.client.post(f"/api/operations/{operation['id']}/cancel")
    assert answer.json()["status"] == "cancelled"
    bench.work()
    assert len(bench.client.get("/api/datasets").json()["items"]) == 1
    assert bench.task(operation["id"])["status"] == "REVOKED"
    assert bench.events() == ["operation.created", "operation.cancelled"]


def test_an_operation_on_a_deleted_dataset_fails_with_a_reason(bench: Bench) -> None:
    sent = bench.load(SALES)
    operation = bench.start(dataset_id=sent["dataset_id"], operation="dedup")
    bench.client.delete(f"/api/datasets/{sent['dataset_id']}")
    bench.work()
    done = bench.get(operation["id"])
    assert (done["status"], done["error"]["code"]) == ("failed", "source_deleted")


def test_the_list_shows_operations_of_a_dataset_newest_first(bench: Bench) -> None:
    sent = bench.load(SALES)
    other = bench.load("a\n1\n", "other.csv")
    first = bench.perform(dataset_id=sent["dataset_id"], operation="dedup")
    second = bench.perform(dataset_id=other["dataset_id"], operation="dedup")

    everything = bench.client.get("/api/operations", params={"limit": 1}).json()
    assert [item["id"] for item in everything["items"]] == [second["id"]]
    behind = bench.client.get("/api/operations", params={"cursor": everything["next_cursor"]})
    assert [item["id"] for item in behind.json()["items"]] == [first["id"]]
    for dataset in (sent["dataset_id"], first["result"]["dataset"]["slug"]):
        found = bench.client.get("/api/operations", params={"dataset": dataset}).json()
        assert [item["id"] for item in found["items"]] == [first["id"]]


def test_nobody_else_can_work_on_a_file(bench: Bench) -> None:
    sent = bench.load(SALES)
    register(bench.client, "eve@example.com")
    for body in ({"file_id": sent["file_id"]}, {"dataset_id": sent["dataset_id"]}):
        answer = bench.client.post("/api/operations", json={**body, "operation": "dedup"})
        assert answer.status_code == 404


def test_a_name_can_be_given_to_the_result(bench: Bench) -> None:
    sent = bench.load(SALES)
    done = bench.perform(dataset_id=sent["dataset_id"], operation="dedup", name="Clean sales")
    assert done["result"]["dataset"]["slug"] == "clean-sales"
    assert done["result"]["file_name"] == "Clean sales.csv"


def test_the_order_of_many_rows_is_kept_over_several_files(bench: Bench) -> None:
    rows = 150_000  # more than DuckDB reads in one piece
    for part in range(3):
        lines = "".join(f"{part * rows + row - part * 100},x\n" for row in range(rows))
        bench.client.put("/api/datasets/long/data", content=f"id,city\n{lines}")
    bench.work()
    expected = ["id", *map(str, range(3 * rows - 200))]
    for wish in (
        {"operation": "dedup"},
        {"operation": "unique", "column": "id"},
        {"operation": "dedup", "columns": ["id", "city"]},
    ):
        done = bench.perform(dataset_id="long", **wish)
        text = bench.client.get(done["result"]["file_link"]).text
        assert [line.partition(",")[0] for line in text.splitlines()] == expected


def test_rows_that_were_updated_keep_their_place(bench: Bench) -> None:
    lines = "".join(f"{row},old\n" for row in range(2000))
    key = {"mode": "upsert", "key": "id"}
    for content in (f"id,state\n{lines}", "id,state\n5,new\n1500,new\n5000,new\n"):
        bench.client.put("/api/datasets/kept/data", content=content, params=key)
        bench.work()

    done = bench.perform(dataset_id="kept", operation="dedup", columns=["id"])

    text = bench.client.get(done["result"]["file_link"]).text.splitlines()
    assert [line.partition(",")[0] for line in text[1:]] == [*map(str, range(2000)), "5000"]
    assert text[6] == "5,new"


def test_the_list_takes_the_same_queries_however_long(bench: Bench, served: Context) -> None:
    def queries() -> int:
        seen: list[str] = []
        listener = (served.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        event.listen(*listener)
        assert bench.client.get("/api/operations").status_code == 200
        event.remove(*listener)
        return len(seen)

    sent = bench.upload(SALES)
    bench.start(file_id=sent["file_id"], operation="dedup")
    few = queries()
    for _ in range(4):
        bench.start(file_id=sent["file_id"], operation="dedup")
    assert queries() == few
