"""Quotas: what does not fit is refused whole, with a message that says how much does."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Workspace
from rowmill.settings import Settings
from tests.integration.imports.conftest import Inbox, inbox

__all__ = ["inbox"]


def set_quota(context: Context, **quotas: int) -> None:
    with transaction(context.engine) as session:
        session.execute(update(Workspace).values(**quotas))


def usage(inbox: Inbox) -> dict[str, Any]:
    answer: dict[str, Any] = inbox.client.get("/api/usage").raise_for_status().json()
    return answer


def rows(first: int, count: int) -> str:
    return "id,v\n" + "".join(f"{n},x\n" for n in range(first, first + count))


def test_usage_counts_originals_once_and_the_tables_as_they_are(inbox: Inbox) -> None:
    assert usage(inbox)["usage"] == {
        "storage_bytes": 0,
        "original_bytes": 0,
        "table_bytes": 0,
        "history_bytes": 0,
        "datasets": 0,
        "rows": 0,
        "running_jobs": 0,
        "waiting_jobs": 0,
    }
    content = rows(0, 10)
    inbox.load("one", content)
    inbox.put("two", content)

    found = usage(inbox)["usage"]

    assert found["original_bytes"] == len(content)
    assert found["table_bytes"] > 0
    assert found["storage_bytes"] == found["original_bytes"] + found["table_bytes"]
    assert (found["datasets"], found["rows"], found["waiting_jobs"]) == (2, 10, 1)


def test_without_quotas_of_its_own_a_workspace_has_those_of_the_settings(
    inbox: Inbox, settings: Settings, context: Context
) -> None:
    assert usage(inbox)["quotas"] == {
        "storage_bytes": 0,
        "rows": 0,
        "running_jobs": settings.workspace_jobs,
        "waiting_jobs": settings.workspace_waiting_jobs,
    }
    set_quota(context, quota_storage_bytes=10, quota_rows=20, quota_running_jobs=3)

    assert usage(inbox)["quotas"] == {
        "storage_bytes": 10,
        "rows": 20,
        "running_jobs": 3,
        "waiting_jobs": settings.workspace_waiting_jobs,
    }


@pytest.mark.parametrize("way", ["form", "body", "chunks"])
def test_a_file_that_does_not_fit_is_refused_and_leaves_nothing(
    inbox: Inbox, context: Context, way: str
) -> None:
    set_quota(context, quota_storage_bytes=50)
    content = rows(0, 100).encode()
    client: TestClient = inbox.client

    if way == "form":
        answer = client.post("/api/upload", files={"file": ("big.csv", content)})
    else:
        body = content if way == "body" else iter([content[:40], content[40:]])
        answer = client.put("/api/datasets/big/data", content=body)

    assert (answer.status_code, answer.json()["code"]) == (413, "quota_exceeded")
    assert answer.json()["quota"] == "storage_bytes"
    assert "50" in answer.json()["detail"]
    assert list(context.store.list("files")) == list(context.store.list("drafts")) == []
    assert client.get("/api/datasets").json()["items"] == []


def test_a_full_workspace_takes_no_file_until_there_is_room(inbox: Inbox, context: Context) -> None:
    inbox.load("one", rows(0, 10))
    set_quota(context, quota_storage_bytes=1)

    refused = inbox.client.put("/api/datasets/two/data", content=b"a\n1\n")
    set_quota(context, quota_storage_bytes=1_000_000)
    taken = inbox.client.put("/api/datasets/two/data", content=b"a\n1\n")

    assert (refused.status_code, taken.status_code) == (413, 201)


def test_replaced_rows_and_deleted_datasets_count_as_history(inbox: Inbox) -> None:
    inbox.load("one", rows(0, 10))
    inbox.load("one", rows(5, 10), mode="replace")
    replaced = usage(inbox)["usage"]
    assert inbox.client.delete("/api/datasets/one").status_code == 204
    deleted = usage(inbox)["usage"]

    assert replaced["history_bytes"] > 0
    assert deleted["history_bytes"] == replaced["history_bytes"] + replaced["table_bytes"]
    assert (deleted["storage_bytes"], deleted["rows"], deleted["datasets"]) == (0, 0, 0)


def test_rows_above_the_quota_are_not_committed(inbox: Inbox, context: Context) -> None:
    inbox.load("one", rows(0, 10))
    set_quota(context, quota_rows=15)

    run = inbox.load("one", rows(10, 6))

    assert run["status"] == "failed"
    assert run["error"]["code"] == "quota_exceeded"
    assert "6 rows" in run["error"]["message"]
    assert "5 more" in run["error"]["message"]
    assert len(inbox.rows("one")) == 10
    set_quota(context, quota_rows=16)
    inbox.client.post(f"/api/imports/{run['id']}/retry").raise_for_status()
    inbox.work()
    assert len(inbox.rows("one")) == 16


def test_the_quota_of_rows_is_that_of_all_datasets_together(inbox: Inbox, context: Context) -> None:
    inbox.load("one", rows(0, 10))
    set_quota(context, quota_rows=15)

    assert inbox.load("two", rows(0, 6))["status"] == "failed"
    assert inbox.load("three", rows(0, 5))["status"] == "succeeded"


def test_a_full_workspace_may_replace_and_update_rows_but_not_add_any(
    inbox: Inbox, context: Context
) -> None:
    inbox.load("one", rows(0, 10))
    set_quota(context, quota_rows=10)

    updated = inbox.load("one", rows(0, 10).replace("x", "y"), mode="upsert", key="id")
    added = inbox.load("one", rows(5, 6).replace("x", "z"), mode="upsert", key="id")
    replaced = inbox.load("one", rows(20, 10), mode="replace")

    assert updated["receipt"]["updated"] == 10
    assert added["error"]["code"] == "quota_exceeded"
    assert "adds 1 row," in added["error"]["message"]
    assert replaced["status"] == "succeeded"
    assert len(inbox.rows("one")) == 10


def test_no_file_is_taken_while_too_many_jobs_wait(
    inbox: Inbox, client: TestClient, context: Context
) -> None:
    limited = context.settings.model_copy(update={"workspace_waiting_jobs": 1})
    client.app.state.context.__dict__["settings"] = limited  # type: ignore[attr-defined]
    inbox.put("one", "a\n1\n")

    refused = client.put("/api/datasets/two/data", content=b"a\n1\n")
    inbox.work()
    taken = client.put("/api/datasets/two/data", content=b"a\n1\n")

    assert (refused.status_code, refused.json()["quota"]) == (413, "waiting_jobs")
    assert taken.status_code == 201


def test_usage_is_that_of_the_own_workspace(inbox: Inbox) -> None:
    inbox.load("one", rows(0, 10))
    body = {"email": "bob@example.com", "password": "a long enough password"}
    inbox.client.post("/api/register", json=body).raise_for_status()

    assert usage(inbox)["usage"]["storage_bytes"] == 0
