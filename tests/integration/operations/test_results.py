"""What an operation made: the file, its links, the task's answer, and how long it is kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import now
from rowmill.operations import results, service
from tests.integration.operations.conftest import Bench

SALES = "Order ID,City,Amount\n0007,Paris,95.70\n0008,,120.00\n0007,Paris,95.70\n"


def test_the_file_has_the_headers_and_values_as_they_were_sent(bench: Bench) -> None:
    sent = bench.load(SALES)
    done = bench.perform(file_id=sent["file_id"], operation="dedup")
    answer = bench.client.get(f"/api/operations/{done['id']}/result", params={"safe": "false"})
    assert answer.text == "Order ID,City,Amount\n0007,Paris,95.70\n0008,,120.00\n"
    assert "sales%20%E2%80%93%20without" in answer.headers["content-disposition"]
    assert int(answer.headers["content-length"]) == done["result"]["size_bytes"]


def test_a_spreadsheet_runs_nothing_of_a_file_that_a_browser_downloads(bench: Bench) -> None:
    sent = bench.load("a,b\n=1+1,-5\n=1+1,-5\n")
    done = bench.perform(file_id=sent["file_id"], operation="dedup")
    address = f"/api/operations/{done['id']}/result"
    assert bench.client.get(address).text == "a,b\n'=1+1,-5\n"
    assert bench.client.get(address, params={"safe": "false"}).text == "a,b\n=1+1,-5\n"


def test_the_link_works_without_signing_in_until_it_expires(bench: Bench, served: Context) -> None:
    sent = bench.load(SALES)
    done = bench.perform(file_id=sent["file_id"], operation="dedup")
    link = done["result"]["file_link"]
    bench.client.cookies.clear()
    assert bench.client.get(link).text == "Order ID,City,Amount\n0007,Paris,95.70\n0008,,120.00\n"

    old = results.sign(
        served.settings.signing_key(),
        UUID(done["id"]),
        life=timedelta(minutes=1),
        moment=now() - timedelta(minutes=2),
    )
    answer = bench.client.get(f"/api/results/{old}/sales.csv")
    assert (answer.status_code, answer.json()["code"]) == (410, "link_expired")
    answer = bench.client.get(f"/api/operations/{done['id']}/result")
    assert answer.status_code == 401


@pytest.mark.parametrize("change", [lambda t: t[:-2] + "AA", lambda _: "x", lambda _: "é"])
def test_a_forged_link_opens_nothing(bench: Bench, change: object) -> None:
    sent = bench.load(SALES)
    done = bench.perform(file_id=sent["file_id"], operation="dedup")
    *_, token, name = done["result"]["file_link"].split("/")
    assert callable(change)
    assert bench.client.get(f"/api/results/{change(token)}/{name}").status_code == 404


def test_a_task_answers_its_first_rows_under_the_files_headers(bench: Bench) -> None:
    sent = bench.load(SALES)
    done = bench.perform(file_id=sent["file_id"], operation="dedup")

    task = bench.task(done["id"])
    assert (task["task_id"], task["status"]) == (done["id"], "SUCCESS")
    assert task["result"]["data"] == [
        {"Order ID": "0007", "City": "Paris", "Amount": 95.70},
        {"Order ID": "0008", "City": None, "Amount": 120.00},
    ]
    assert len(bench.task(done["id"], n=1)["result"]["data"]) == 1
    file = bench.client.get(task["result"]["file_link"])
    assert file.text.startswith("Order ID,City,Amount\n")


def test_a_task_still_shows_rows_after_its_dataset_was_deleted(bench: Bench) -> None:
    sent = bench.load(SALES)
    done = bench.perform(file_id=sent["file_id"], operation="dedup")
    bench.client.delete(f"/api/datasets/{done['result']['dataset']['id']}")
    assert bench.get(done["id"])["result"]["dataset"] is None
    data = bench.task(done["id"], n=5)["result"]["data"]
    assert data[1] == {"Order ID": "0008", "City": None, "Amount": "120.00"}
    answer = bench.client.get(f"/api/operations/{done['id']}/result?safe=true")
    assert (answer.status_code, answer.json()["code"]) == (410, "dataset_gone")


def test_there_is_no_file_before_the_end(bench: Bench) -> None:
    sent = bench.upload(SALES)
    operation = bench.start(file_id=sent["file_id"], operation="dedup")
    answer = bench.client.get(f"/api/operations/{operation['id']}/result")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_result")
    assert bench.task(operation["id"]) == {"task_id": operation["id"], "status": "PENDING"}


def test_files_are_removed_when_their_time_is_over_and_datasets_stay(
    bench: Bench, served: Context
) -> None:
    sent = bench.load(SALES)
    done = bench.perform(file_id=sent["file_id"], operation="dedup")

    def remove(age: timedelta) -> int:
        with transaction(served.engine) as session:
            expired = service.expired_results(session, before=now() - age)
            return service.remove_results(session, served.store, expired)

    assert remove(timedelta(hours=1)) == 0
    assert remove(timedelta(0)) == done["result"]["size_bytes"]
    assert remove(timedelta(0)) == 0

    assert list(served.store.list("exports")) == []
    after = bench.get(done["id"])
    assert after["result"]["file_link"] is None
    assert len(bench.result(after)) == 2
    answer = bench.client.get(done["result"]["file_link"])
    assert (answer.status_code, answer.json()["code"]) == (410, "result_removed")
