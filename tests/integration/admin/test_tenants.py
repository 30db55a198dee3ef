"""Workspaces, jobs and logs of all tenants, in the administrator's hands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from rowmill.models import new_id
from tests.factories.accounts import Account, register
from tests.integration.admin.panel import Panel

BAD = "a,b\n1,2\n" + "\x00\x01\x02\xff" * 200


def test_workspaces_are_shown_with_what_they_hold(panel: Panel, ada: Account) -> None:
    panel.send(ada, "sales", "a\n1\n2\n")
    panel.work()

    (first, second) = panel.get("/workspaces")["items"]

    assert (first["id"], first["owner"]) == (str(ada.workspace_id), "ada@example.com")
    assert first["usage"]["rows"] == 2
    assert first["usage"]["storage_bytes"] > 0
    assert second["usage"]["storage_bytes"] == 0
    assert panel.get(f"/workspaces/{ada.workspace_id}") == first
    assert [one["id"] for one in panel.get("/workspaces", search="ADA")["items"]] == [first["id"]]


def test_a_longer_list_of_workspaces_costs_no_more_statements(
    client: TestClient, panel: Panel
) -> None:
    def count() -> int:
        seen: list[str] = []
        engine = client.app.state.context.engine  # type: ignore[attr-defined]
        event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        panel.get("/workspaces")
        return len(seen)

    count()
    few = count()
    for number in range(5):
        panel.send(register(client, f"user{number}@example.com"), "x", "a\n1\n")
    panel.work()

    assert count() <= few * 2 + 1  # listened to twice by now


def test_a_quota_holds_at_once_and_is_logged(
    client: TestClient, panel: Panel, ada: Account
) -> None:
    path = f"/workspaces/{ada.workspace_id}/quotas"

    changed = panel.call("PUT", path, {"storage_bytes": 3}).json()
    refused = client.put("/api/datasets/x/data", content=b"a\n1\n2\n", headers=ada.bearer)

    assert changed["quotas"]["storage_bytes"] == 3
    assert changed["own_quotas"] == {"storage_bytes": 3, "rows": None, "running_jobs": None}
    assert (refused.status_code, refused.json()["code"]) == (413, "quota_exceeded")
    (logged,) = panel.get("/audit", kind="workspace")["items"]
    assert logged["payload"]["storage_bytes"] == 3
    assert logged["actor"] == "admin@example.com"
    assert panel.call("PUT", path, {}).json()["own_quotas"]["storage_bytes"] is None
    assert panel.send(ada, "x", "a\n1\n2\n")


@pytest.mark.parametrize(
    "body", [{"rows": -1}, {"running_jobs": 0}, {"storage_bytes": 2**63}, {"rows": "many"}]
)
def test_a_quota_that_makes_no_sense_is_refused(
    panel: Panel, ada: Account, body: dict[str, Any]
) -> None:
    refused = panel.call("PUT", f"/workspaces/{ada.workspace_id}/quotas", body)

    assert refused.status_code == 422


def test_jobs_of_all_workspaces_are_found_by_workspace_and_state(
    panel: Panel, ada: Account
) -> None:
    panel.send(ada, "one", "a\n1\n")
    panel.work()
    panel.send(panel.admin, "two", "a\n1\n")

    def states(**query: Any) -> list[tuple[str, str]]:
        found = panel.get("/jobs", **query)["items"]
        return [(job["created_by"], job["status"]) for job in found]

    own = ("ada@example.com", "succeeded")
    other = ("admin@example.com", "pending")
    assert states() == [other, own]
    assert states(workspace=ada.workspace_id) == [own]
    assert states(status="pending") == [other]
    assert states(kind="imports.run") == [other, own]
    assert states(kind="nothing") == []


def test_a_job_of_anybody_is_cancelled(client: TestClient, panel: Panel, ada: Account) -> None:
    sent = panel.send(ada, "one", "a\n1\n")

    cancelled = panel.call("POST", f"/jobs/{sent['job_id']}/cancel")
    panel.work()

    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "cancelled")
    run = client.get(f"/api/imports/{sent['import_id']}", headers=ada.bearer).json()
    assert run["status"] == "cancelled"
    kinds = panel.kinds(workspace=ada.workspace_id)
    assert {"job.cancelled", "import.cancelled"} <= set(kinds)


def test_a_cancelled_job_of_anybody_is_tried_again(
    client: TestClient, panel: Panel, ada: Account
) -> None:
    sent = panel.send(ada, "one", "a\n1\n")
    panel.call("POST", f"/jobs/{sent['job_id']}/cancel")
    assert can_retry(panel) == {sent["job_id"]: True}

    again = panel.call("POST", f"/jobs/{sent['job_id']}/retry")
    twice = panel.call("POST", f"/jobs/{sent['job_id']}/retry")
    panel.work()

    assert again.status_code == 202
    assert again.json()["id"] != sent["job_id"]
    assert (twice.status_code, twice.json()["code"]) == (409, "not_repeatable")
    run = client.get(f"/api/imports/{sent['import_id']}", headers=ada.bearer).json()
    assert run["status"] == "succeeded"
    assert set(can_retry(panel).values()) == {False}


def test_a_job_into_a_deleted_dataset_cannot_be_tried_again(
    client: TestClient, panel: Panel, ada: Account
) -> None:
    sent = panel.send(ada, "one", "a\n1\n")
    client.delete("/api/datasets/one", headers=ada.bearer).raise_for_status()

    assert can_retry(panel) == {sent["job_id"]: False}
    assert panel.call("POST", f"/jobs/{sent['job_id']}/retry").status_code == 404


def can_retry(panel: Panel) -> dict[str, bool]:
    """Whether each job is said to be one to try again."""
    return {job["id"]: job["can_retry"] for job in panel.get("/jobs")["items"]}


def test_a_job_that_succeeded_is_neither_cancelled_nor_tried_again(
    panel: Panel, ada: Account
) -> None:
    sent = panel.send(ada, "one", "a\n1\n")
    panel.work()

    cancelled = panel.call("POST", f"/jobs/{sent['job_id']}/cancel")

    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "succeeded")
    assert panel.call("POST", f"/jobs/{sent['job_id']}/retry").status_code == 409
    assert "job.cancelled" not in panel.kinds()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/users/{id}"),
        ("PATCH", "/users/{id}"),
        ("POST", "/users/{id}/password-link"),
        ("GET", "/workspaces/{id}"),
        ("PUT", "/workspaces/{id}/quotas"),
        ("POST", "/jobs/{id}/cancel"),
        ("POST", "/jobs/{id}/retry"),
    ],
)
def test_what_does_not_exist_is_not_found(panel: Panel, method: str, path: str) -> None:
    body: dict[str, Any] | None = {} if method in {"PATCH", "PUT"} else None

    assert panel.call(method, path.format(id=new_id()), body).status_code == 404


def test_the_log_of_all_workspaces_is_filtered_and_paged(panel: Panel, ada: Account) -> None:
    panel.send(ada, "one", "a\n1\n")
    panel.work()
    panel.send(panel.admin, "two", "a\n1\n")
    later = datetime.now(UTC) + timedelta(hours=1)

    everything = panel.kinds()
    of_ada = panel.kinds(user=ada.id)
    of_workspace = panel.get("/audit", workspace=ada.workspace_id)["items"]

    assert "import.succeeded" in of_ada
    assert len(of_ada) < len(everything)
    assert {one["workspace"]["id"] for one in of_workspace} == {str(ada.workspace_id)}
    assert set(panel.kinds(kind="import")) >= {"import.created", "import.succeeded"}
    assert set(panel.kinds(kind="import.created")) == {"import.created"}
    assert panel.kinds(since=later.isoformat()) == []
    assert panel.kinds(until=later.isoformat()) == everything
    paged, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = panel.get("/audit", **query)
        paged += [one["kind"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == everything


def test_a_cursor_of_another_list_is_refused(panel: Panel, ada: Account) -> None:
    assert ada.id != panel.admin.id
    cursor = panel.get("/users", limit=1)["next_cursor"]

    assert panel.call("GET", "/audit", cursor=cursor).status_code == 400
    assert panel.call("GET", "/workspaces", cursor=cursor).status_code == 400
