"""An operation that is cut short: cancelled, killed, or done by two workers at once."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest

from rowmill import jobs
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Job
from rowmill.operations import results, running, selection
from tests.integration.operations.conftest import Bench

SALES = "id,city\n1,Paris\n2,Oslo\n1,Paris\n"


class Killed(BaseException):
    """Stands for the death of a worker at that very line."""


def stored(context: Context) -> list[str]:
    """Keys of everything that operations have left in the store."""
    kept = ("exports/", "drafts/", "lake/")
    keys = [found.key for found in context.store.list("") if found.key.startswith(kept)]
    return [key for key in keys if "sales" not in key]


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (running, "select_rows"),
        (results, "write_file"),
        (running, "_commit"),
        (running, "_check_still_wanted"),
        (running, "_publish"),
        (running, "_remove_staging"),
    ],
)
def test_a_worker_that_dies_anywhere_leaves_one_result(
    bench: Bench, context: Context, module: Any, step: str
) -> None:
    sent = bench.load(SALES)
    operation = bench.start(dataset_id=sent["dataset_id"], operation="dedup")
    job = jobs.Run(context.engine, UUID(operation["job_id"]), _workspace(context), 1)
    with patch.object(module, step, side_effect=Killed), pytest.raises(Killed):
        running.run_operation(context, job)

    bench.work()

    done = bench.get(operation["id"])
    assert [row["id"] for row in bench.result(done)] == [1, 2]
    assert done["receipt"] == {"rows_in": 3, "rows_out": 2, "removed": 1}
    assert len(bench.client.get("/api/datasets").json()["items"]) == 2
    assert bench.client.get(done["result"]["file_link"]).text == "id,city\n1,Paris\n2,Oslo\n"
    assert len(stored(context)) == 2, "one file of the lake, one CSV"


def _workspace(context: Context) -> Any:
    with transaction(context.engine) as session:
        return session.query(Job).first().workspace_id  # type: ignore[union-attr]


def test_an_operation_that_is_cancelled_while_it_runs_leaves_nothing(
    bench: Bench, context: Context
) -> None:
    sent = bench.load(SALES)
    operation = bench.start(dataset_id=sent["dataset_id"], operation="dedup")
    select_rows = selection.select_rows

    def cancel_meanwhile(*arguments: Any) -> Any:
        bench.client.post(f"/api/operations/{operation['id']}/cancel")
        return select_rows(*arguments)

    with patch.object(running, "select_rows", cancel_meanwhile):
        bench.work()

    assert bench.get(operation["id"])["status"] == "cancelled"
    assert len(bench.client.get("/api/datasets").json()["items"]) == 1
    assert stored(context) == []


def test_cancelling_stops_a_statement_that_takes_long(bench: Bench) -> None:
    sent = bench.load(SALES)
    operation = bench.start(dataset_id=sent["dataset_id"], operation="dedup")
    phases: list[str] = []

    def endless(run: Any, *_: Any) -> Any:
        bench.client.post(f"/api/operations/{operation['id']}/cancel")
        phases.append(bench.task(operation["id"])["status"])
        return run("SELECT count(*) FROM range(10000000000) AS a(i) WHERE i % 7 = hash(i) % 5")

    with patch.object(running, "select_rows", endless):
        bench.work()

    assert phases == ["PROGRESS"]
    assert bench.task(operation["id"])["status"] == "REVOKED"


def test_a_result_that_somebody_changes_meanwhile_is_not_overwritten(bench: Bench) -> None:
    sent = bench.load(SALES)
    first = bench.perform(dataset_id=sent["dataset_id"], operation="dedup")
    result = first["result"]["dataset"]["id"]
    again = bench.client.post(f"/api/operations/{first['id']}/run").json()
    begin = running._begin

    def change_meanwhile(*arguments: Any) -> Any:
        work = begin(*arguments)
        bench.client.patch(f"/api/datasets/{result}", json={"name": "Mine"})
        bench.client.delete(f"/api/datasets/{result}")
        return work

    with patch.object(running, "_begin", change_meanwhile):
        bench.work()

    assert bench.get(again["id"])["error"]["code"] == "result_changed"
