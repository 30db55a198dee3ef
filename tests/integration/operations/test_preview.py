"""What an operation would do, seen before it is run."""

from __future__ import annotations

from tests.integration.operations.conftest import Bench

SALES = "id,city\n1,Paris\n2,Oslo\n1,Paris\n3,Rome\n1,Paris\n"


def test_a_preview_counts_and_shows_rows_of_either_fate_and_writes_nothing(bench: Bench) -> None:
    sent = bench.load(SALES)
    before = bench.client.get("/api/datasets").json()

    effect = bench.preview(dataset_id=sent["dataset_id"], operation="dedup", sample=2)

    assert (effect["rows_in"], effect["rows_out"], effect["removed"]) == (5, 3, 2)
    assert effect["sample"] == {
        "kept": [{"id": 1, "city": "Paris"}, {"id": 2, "city": "Oslo"}],
        "removed": [{"id": 1, "city": "Paris"}, {"id": 1, "city": "Paris"}],
    }
    assert [column["name"] for column in effect["columns"]] == ["id", "city"]
    assert bench.client.get("/api/datasets").json() == before
    assert bench.client.get("/api/operations").json()["items"] == []


def test_a_preview_of_a_filter_agrees_with_the_operation(bench: Bench) -> None:
    sent = bench.load(SALES)
    wish = {
        "file_id": sent["file_id"],
        "operation": "filter",
        "filters": [{"column": "city", "operator": "contains", "value": "o"}],
    }
    effect = bench.preview(**wish)
    done = bench.perform(**wish)
    assert effect["sample"]["kept"] == bench.result(done)
    assert {k: effect[k] for k in ("rows_in", "rows_out", "removed")} == done["receipt"]


def test_a_file_that_is_still_importing_has_no_preview_yet(bench: Bench) -> None:
    sent = bench.upload(SALES)
    answer = bench.client.post(
        "/api/operations/preview", json={"file_id": sent["file_id"], "operation": "dedup"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_imported_yet")
