"""Sending files as a client does, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock, patch

import pytest
from sqlalchemy import event, update

from rowmill import jobs
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.imports import running
from rowmill.models import Dataset, Job, JobStatus, now
from tests.integration.imports.conftest import Inbox

CSV = "id,name,amount,day\n001,Zoë,95.70,2024-02-29\n002,Bob,120.00,2024-03-01\n"


def assert_balanced(run: dict[str, Any]) -> None:
    receipt = run["receipt"]
    parts = ("loaded", "rejected", "deduplicated", "skipped")
    assert receipt["read"] == sum(receipt[part] for part in parts)
    changes = ("inserted", "updated", "unchanged")
    assert receipt["loaded"] == sum(receipt[part] for part in changes)


def test_a_file_becomes_a_typed_table_with_a_receipt(inbox: Inbox) -> None:
    answer = inbox.put("people", CSV)
    assert answer["status"] == "processing"
    assert answer["duplicate"] is False

    inbox.work()

    run = inbox.run(answer["import_id"])
    assert run["status"] == "succeeded"
    assert run["receipt"]["read"] == run["receipt"]["loaded"] == 2
    assert_balanced(run)
    assert inbox.rows("people") == [
        {"id": "001", "name": "Zoë", "amount": 95.7, "day": "2024-02-29"},
        {"id": "002", "name": "Bob", "amount": 120, "day": "2024-03-01"},
    ]
    detail = inbox.client.get("/api/datasets/people").json()
    assert [(c["name"], c["type"]) for c in detail["columns"]][::3] == [
        ("id", "text"),
        ("day", "date"),
    ]
    assert (detail["status"], detail["row_count"]) == ("ready", 2)


def test_a_form_upload_makes_a_dataset_named_after_the_file(inbox: Inbox) -> None:
    answer = inbox.client.post("/api/upload", files={"file": ("Sales 2024.CSV", CSV.encode())})
    assert answer.status_code == 201
    body = answer.json()
    assert body["dataset"]["slug"] == "sales-2024"
    assert answer.headers["location"] == f"/api/imports/{body['import_id']}"
    again = inbox.client.post("/api/upload", files={"file": ("Sales 2024.CSV", CSV.encode())})
    assert again.json()["dataset"]["slug"] == "sales-2024-2"
    inbox.work()
    assert len(inbox.rows("sales-2024")) == len(inbox.rows("sales-2024-2")) == 2


def test_the_name_that_curl_appends_is_the_files_name(inbox: Inbox) -> None:
    answer = inbox.client.put("/api/datasets/sales/data/march.csv", content=CSV)
    assert answer.status_code == 201
    assert inbox.run(answer.json()["import_id"])["file"]["name"] == "march.csv"


def test_append_adds_and_replace_replaces(inbox: Inbox) -> None:
    inbox.load("people", CSV)
    inbox.load("people", "id,name,amount,day\n003,Cy,1.00,2024-03-02\n")
    assert [row["id"] for row in inbox.rows("people")] == ["001", "002", "003"]

    run = inbox.load("people", "id,name,amount,day\n009,Di,2.00,2024-03-03\n", mode="replace")

    assert [row["id"] for row in inbox.rows("people")] == ["009"]
    assert run["receipt"]["inserted"] == 1


def test_upsert_changes_what_differs_and_adds_what_is_new(inbox: Inbox) -> None:
    inbox.load("people", CSV, mode="upsert", key="id")
    run = inbox.load(
        "people",
        "id,name,amount,day\n001,Zoë,95.70,2024-02-29\n002,Bob,130.00,2024-03-01\n"
        "003,Cy,1.00,2024-03-02\n003,Cy,2.00,2024-03-02\n",
        mode="upsert",
        key="id",
    )

    assert run["receipt"] == {
        "read": 4,
        "loaded": 3,
        "rejected": 0,
        "deduplicated": 1,
        "skipped": 0,
        "inserted": 1,
        "updated": 1,
        "unchanged": 1,
    }
    assert sorted((row["id"], row["amount"]) for row in inbox.rows("people")) == [
        ("001", 95.7),
        ("002", 130),
        ("003", 2),
    ]


def test_an_upsert_remembers_the_datasets_key(inbox: Inbox) -> None:
    inbox.load("people", CSV, mode="upsert", key="id")
    run = inbox.load("people", CSV.replace("Bob", "Rob"), mode="upsert")
    assert run["key"] == ["id"]
    assert run["receipt"]["updated"] == 1


def test_an_upsert_without_a_key_is_refused(inbox: Inbox) -> None:
    answer = inbox.client.put("/api/datasets/people/data?mode=upsert", content=CSV)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "key"


def test_an_upsert_by_a_column_that_is_not_there_fails_and_says_so(inbox: Inbox) -> None:
    run = inbox.load("people", CSV, mode="upsert", key="number")
    assert run["status"] == "failed"
    assert "number" in run["error"]["message"]


def test_an_unknown_mode_is_refused(inbox: Inbox) -> None:
    answer = inbox.client.put("/api/datasets/people/data?mode=merge", content=CSV)
    assert answer.status_code == 422
    assert "merge" in answer.json()["detail"]


def test_the_same_bytes_again_are_recognised_unless_forced(inbox: Inbox) -> None:
    first = inbox.put("people", CSV)
    waiting = inbox.client.put("/api/datasets/people/data", content=CSV)
    assert (waiting.status_code, waiting.json()["duplicate"]) == (200, True)
    inbox.work()

    again = inbox.client.put("/api/datasets/people/data", content=CSV)

    assert again.status_code == 200
    assert again.json()["duplicate"] is True
    assert again.json()["import_id"] == first["import_id"]
    assert again.json()["status"] == "ready"
    inbox.work()
    assert len(inbox.rows("people")) == 2
    inbox.load("people", CSV, force="true")
    assert len(inbox.rows("people")) == 4


def test_replacing_with_the_same_bytes_counts_again_once_something_came_between(
    inbox: Inbox,
) -> None:
    inbox.load("people", CSV, mode="replace")
    assert inbox.put("people", CSV, mode="replace")["duplicate"] is True
    inbox.load("people", "id,name,amount,day\n003,Cy,1.00,2024-03-02\n")
    assert inbox.put("people", CSV, mode="replace")["duplicate"] is False
    inbox.work()
    assert len(inbox.rows("people")) == 2


def test_bytes_whose_import_failed_are_not_held_against_a_new_try(inbox: Inbox) -> None:
    failed = inbox.load("people", CSV, mode="upsert", key="number")
    assert failed["status"] == "failed"
    assert inbox.put("people", CSV, mode="upsert", key="id")["duplicate"] is False


def test_a_bad_record_is_kept_with_its_place_and_the_good_ones_land(inbox: Inbox) -> None:
    inbox.load("people", CSV)
    run = inbox.load(
        "people", "id,name,amount,day\n003,Cy,lots,2024-03-02\n004,Di,1.5,2024-03-03\n"
    )

    assert run["status"] == "succeeded"
    assert (run["receipt"]["loaded"], run["receipt"]["rejected"]) == (1, 1)
    assert_balanced(run)
    (reject,) = inbox.rejects(run)
    assert (reject["record"], reject["line"]) == (1, 2)
    assert (reject["column"], reject["value"]) == ("amount", "lots")
    assert reject["reason"]
    assert reject["raw"].startswith("003,Cy,lots,2024-03-02")
    csv = inbox.client.get(f"/api/imports/{run['id']}/rejects/export").text
    assert csv.splitlines()[0].startswith("record,line,column,value")
    assert "lots" in csv
    assert inbox.client.get("/api/datasets/people/status").json()["rows_dropped"] == 1


def test_rejects_are_paged_in_the_order_of_the_file(inbox: Inbox) -> None:
    inbox.load("numbers", "n\n1\n")
    bad = "\n".join(f"bad {number}" for number in range(25))
    run = inbox.load("numbers", f"n\n{bad}\n")
    seen: list[str] = []
    cursor = ""
    while True:
        page = inbox.client.get(
            f"/api/imports/{run['id']}/rejects",
            params={"limit": 10, "cursor": cursor} if cursor else {"limit": 10},
        ).json()
        seen += [reject["value"] for reject in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == [f"bad {number}" for number in range(25)]


def test_too_many_rejects_fail_the_import_and_change_nothing(
    inbox: Inbox, context: Context
) -> None:
    inbox.load("numbers", "n\n1\n")
    settings = context.settings.model_copy(update={"max_rejects": 3})
    with patch.object(running, "_request", _with_settings(running._request, settings)):
        run = inbox.load("numbers", "n\n2\n" + "bad\n" * 10)
    assert run["status"] == "failed"
    assert run["error"]["code"] == "too_many_rejects"
    assert [row["n"] for row in inbox.rows("numbers")] == [1]


def _with_settings(original: Any, settings: Any) -> Any:
    def changed(context: Context, work: Any, folder: str) -> Any:
        return original(
            Context(settings, context.database_url, context.engine, context.store, context.lakes),
            work,
            folder,
        )

    return changed


def test_new_columns_are_added_and_missing_ones_are_null(inbox: Inbox) -> None:
    inbox.load("people", "id,name\na,Ada\n")
    run = inbox.load("people", "id,city\nb,Oslo\n")
    assert run["drift"]["new"] == ["city"]
    assert run["drift"]["missing"] == ["name"]
    assert inbox.rows("people") == [
        {"id": "a", "name": "Ada", "city": None},
        {"id": "b", "name": None, "city": "Oslo"},
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not_text"),
        (b"PK\x03\x04" + bytes(range(256)) * 20, "damaged_file"),
    ],
)
def test_a_binary_file_fails_with_a_reason(inbox: Inbox, content: bytes, code: str) -> None:
    run = inbox.load("binary", content)
    assert run["status"] == "failed"
    assert run["error"]["code"] == code
    assert run["error"]["message"]
    status = inbox.client.get("/api/datasets/binary/status").json()
    assert status["status"] == "failed"
    assert status["error"]["message"] == run["error"]["message"]


def test_an_empty_file_is_refused_and_makes_no_dataset(inbox: Inbox) -> None:
    answer = inbox.client.post("/api/upload", files={"file": ("a.csv", b"")})
    assert answer.status_code == 400
    assert answer.json()["code"] == "empty_upload"
    assert inbox.client.get("/api/datasets").json()["items"] == []


def test_a_header_alone_makes_an_empty_table(inbox: Inbox) -> None:
    run = inbox.load("empty", "id,name\n")
    assert run["status"] == "succeeded"
    assert run["receipt"]["read"] == 0
    detail = inbox.client.get("/api/datasets/empty").json()
    assert [column["name"] for column in detail["columns"]] == ["id", "name"]
    assert inbox.rows("empty") == []


def test_a_waiting_import_is_cancelled_at_once(inbox: Inbox) -> None:
    answer = inbox.put("people", CSV)
    cancelled = inbox.client.post(f"/api/imports/{answer['import_id']}/cancel")
    assert cancelled.status_code == 202
    assert cancelled.json()["status"] == "cancelled"
    inbox.work()
    assert inbox.run(answer["import_id"])["status"] == "cancelled"
    assert "import.cancelled" in inbox.events()


def test_a_cancelled_import_can_be_tried_again(inbox: Inbox) -> None:
    answer = inbox.put("people", CSV)
    inbox.client.post(f"/api/imports/{answer['import_id']}/cancel")

    retried = inbox.client.post(f"/api/imports/{answer['import_id']}/retry")

    assert retried.status_code == 202
    assert retried.json()["status"] == "pending"
    inbox.work()
    assert inbox.run(answer["import_id"])["status"] == "succeeded"
    refused = inbox.client.post(f"/api/imports/{answer['import_id']}/retry")
    assert refused.status_code == 409


def test_a_running_import_that_is_cancelled_leaves_nothing(inbox: Inbox, context: Context) -> None:
    original = running._staged

    def cancel_meanwhile(result: Any, folder: str) -> Any:
        with transaction(context.engine) as session:
            session.execute(update(Job).values(cancel_requested_at=now()))
        return original(result, folder)

    with patch.object(running, "_staged", cancel_meanwhile):
        run = inbox.load("people", CSV)

    assert run["status"] == "cancelled"
    assert inbox.client.get("/api/datasets/people/status").json()["row_count"] == 0
    assert [found.key for found in context.store.list("lake")] == []


def test_deleting_a_dataset_cancels_what_waits_to_be_imported_into_it(inbox: Inbox) -> None:
    first, second = inbox.put("people", CSV), inbox.put("people", CSV, force="true")
    other = inbox.put("others", CSV)

    inbox.client.delete("/api/datasets/people").raise_for_status()

    for answer in (first, second):
        run = inbox.run(answer["import_id"])
        assert (run["status"], run["error"]["code"]) == ("cancelled", "dataset_deleted")
        assert "deleted" in run["error"]["message"]
    assert inbox.events()[-3:] == ["import.cancelled", "import.cancelled", "dataset.deleted"]
    assert inbox.client.post(f"/api/imports/{first['import_id']}/retry").status_code == 404
    inbox.work()
    assert inbox.run(first["import_id"])["status"] == "cancelled"
    assert inbox.run(other["import_id"])["status"] == "succeeded"


def test_deleting_a_dataset_stops_an_import_that_runs(inbox: Inbox, context: Context) -> None:
    original = running._staged

    def delete_meanwhile(result: Any, folder: str) -> Any:
        inbox.client.delete("/api/datasets/people").raise_for_status()
        return original(result, folder)

    with patch.object(running, "_staged", delete_meanwhile):
        run = inbox.load("people", CSV)

    assert (run["status"], run["error"]["code"]) == ("cancelled", "dataset_deleted")
    assert [found.key for found in context.store.list("lake")] == []


def test_an_import_into_a_deleted_dataset_fails_with_a_reason(
    inbox: Inbox, context: Context
) -> None:
    answer = inbox.put("people", CSV)
    with transaction(context.engine) as session:
        session.execute(update(Dataset).values(deleted_at=now()))
    inbox.work()
    with transaction(context.engine) as session:
        job = session.get_one(Job, answer["job_id"])
    assert job.status == JobStatus.FAILED
    assert job.error is not None
    assert job.error["code"] == "dataset_deleted"


def stopped_once(original: Callable[..., None]) -> Callable[..., None]:
    """The function, whose first call finds its worker stopping."""
    stops = [jobs.WorkerStopping]

    def stopped(*arguments: Any) -> None:
        if stops:
            raise stops.pop()
        original(*arguments)

    return stopped


def test_an_import_interrupted_before_its_commit_goes_on_without_parsing_again(
    inbox: Inbox,
) -> None:
    answer = inbox.put("people", CSV)
    parse = MagicMock(side_effect=running._parse)
    commit = stopped_once(running._commit)
    with patch.object(running, "_commit", commit), patch.object(running, "_parse", parse):
        inbox.work()
    parse.assert_called_once()
    run = inbox.run(answer["import_id"])
    assert (run["status"], run["attempts"]) == ("succeeded", 2)
    assert len(inbox.rows("people")) == 2


def test_an_import_interrupted_after_its_commit_is_not_committed_again(inbox: Inbox) -> None:
    inbox.load("people", CSV)
    answer = inbox.put("people", CSV.replace("00", "10"))
    seen: list[int] = []

    def look_then_stop(*arguments: Any) -> None:
        seen.append(len(inbox.rows("people")))
        publish(*arguments)

    publish = stopped_once(running._publish)
    with patch.object(running, "_publish", look_then_stop):
        inbox.work()

    assert seen[0] == 2, "readers do not see a commit without its receipt"
    run = inbox.run(answer["import_id"])
    assert run["status"] == "succeeded"
    assert_balanced(run)
    assert [row["id"] for row in inbox.rows("people")] == ["001", "002", "101", "102"]


def test_events_tell_the_story_in_order(inbox: Inbox) -> None:
    inbox.load("people", CSV)
    assert inbox.events() == [
        "dataset.created",
        "import.created",
        "import.started",
        "dataset.changed",
        "import.succeeded",
    ]


def test_the_original_comes_back_byte_for_byte(inbox: Inbox) -> None:
    content = CSV.encode("utf-16")
    run = inbox.load("people", content)
    answer = inbox.client.get(f"/api/files/{run['file']['id']}/download")
    assert answer.content == content
    assert [row["name"] for row in inbox.rows("people")] == ["Zoë", "Bob"]


def test_an_upload_over_the_limit_leaves_nothing(
    inbox: Inbox, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = inbox.client.app.state.context.settings  # type: ignore[attr-defined]
    monkeypatch.setitem(settings.__dict__, "max_upload_bytes", 10)
    answer = inbox.client.put("/api/datasets/people/data", content=CSV)
    assert answer.status_code == 413
    assert answer.json()["limit_bytes"] == 10
    assert list(context.store.list("")) == []


def test_a_full_disk_leaves_nothing(
    inbox: Inbox, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = inbox.client.app.state.context.store  # type: ignore[attr-defined]
    monkeypatch.setattr(store, "min_free_bytes", 2**62)
    answer = inbox.client.put("/api/datasets/people/data", content=CSV)
    assert answer.status_code == 507
    assert answer.json()["code"] == "out_of_space"
    assert list(context.store.list("")) == []


def test_two_datasets_of_equal_bytes_share_one_stored_original(
    inbox: Inbox, context: Context
) -> None:
    inbox.load("one", CSV)
    inbox.load("two", CSV)
    assert len(list(context.store.list("files"))) == 1
    assert len(inbox.rows("one")) == len(inbox.rows("two")) == 2


def test_lists_of_imports_take_the_same_queries_however_long(inbox: Inbox) -> None:
    def queries() -> int:
        seen: list[str] = []
        engine = inbox.client.app.state.context.engine  # type: ignore[attr-defined]
        listener = (engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        event.listen(*listener)
        assert inbox.client.get("/api/imports").status_code == 200
        event.remove(*listener)
        return len(seen)

    inbox.put("one", CSV)
    few = queries()
    for number in range(5):
        inbox.put(f"more-{number}", CSV)
    assert queries() == few <= 3


def test_the_export_has_the_name_of_the_file_it_was_made_from(inbox: Inbox) -> None:
    inbox.client.put("/api/datasets/people/data/First.csv", content=CSV)
    inbox.client.put("/api/datasets/people/data/Later.csv", content=CSV.replace("00", "10"))
    inbox.work()
    answer = inbox.client.get("/api/datasets/people/export")
    assert 'filename="First.csv"' in answer.headers["content-disposition"]
    assert len(answer.text.splitlines()) == 5
    assert inbox.client.get("/api/datasets").json()["items"][0]["original_filename"] == "First.csv"
