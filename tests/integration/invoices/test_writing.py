"""Many writers at once, and writers that die in the middle."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient

from rowmill.context import Context
from rowmill.datasets import editing
from rowmill.lake import Writer
from tests.factories.accounts import Account
from tests.factories.datasets import Sheet
from tests.factories.invoices import IOWA, invoice

Sales = Callable[[str], Sheet]
WRITERS = 50


class Killed(Exception):
    """The process is no more."""


def kinds(client: TestClient) -> list[str]:
    items = client.get("/api/activity", params={"limit": 1000}).json()["items"]
    return [event["kind"] for event in items if event["kind"].startswith("invoice.")]


def test_fifty_people_writing_at_once_lose_nothing(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=WRITERS))

    def write(i: int) -> int:
        if i % 2:
            return client.post("/api/invoices", json=invoice(f"NEW-{i}")).status_code
        return client.patch(
            f"/api/invoices/INV-{i:05}", json={"customer": f"Customer {i}"}
        ).status_code

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = list(pool.map(write, range(WRITERS)))
    assert statuses == [200, 201] * (WRITERS // 2)
    found = client.get("/api/invoices", params={"limit": 200}).json()["items"]
    by_number = {each["number"]: each for each in found}
    assert len(by_number) == WRITERS + WRITERS // 2
    for i in range(WRITERS):
        name = f"NEW-{i}" if i % 2 else f"INV-{i:05}"
        assert by_number[name]["customer"] == ("Ada Ltd" if i % 2 else f"Customer {i}")
    assert sorted(kinds(client)) == (
        ["invoice.created"] * (WRITERS // 2) + ["invoice.updated"] * (WRITERS // 2)
    )


def test_of_many_who_take_one_number_one_gets_it(client: TestClient, ada: Account) -> None:
    def write(i: int) -> int:
        return client.post("/api/invoices", json=invoice(customer=f"C{i}")).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(write, range(8)))
    assert statuses == [201] + [409] * 7
    assert client.get("/api/invoices/A-1").json()["line_count"] == 2
    assert ada.email


def test_of_many_who_change_what_they_read_one_succeeds(client: TestClient, ada: Account) -> None:
    tag = client.post("/api/invoices", json=invoice()).headers["etag"]

    def write(i: int) -> int:
        return client.patch(
            "/api/invoices/A-1", json={"customer": f"C{i}"}, headers={"If-Match": tag}
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(write, range(8)))
    assert statuses == [200] + [412] * 7
    assert ada.email


def die_behind(method: Callable[..., Any]) -> Callable[..., Any]:
    def killed(*arguments: Any) -> Any:
        method(*arguments)
        raise Killed

    return killed


@pytest.fixture
def interrupted(client: TestClient, sales: Sales) -> Sheet:
    """A dataset with a change that the lake has, and whose writer died before it was published."""
    sheet = sales(IOWA.format(rows=10))
    dying = die_behind(Writer.commit_edit)
    with patch.object(Writer, "commit_edit", dying):
        answer = client.patch("/api/invoices/INV-00003", json={"customer": "Bob"})
    assert answer.status_code == 500
    assert client.get("/api/invoices/INV-00003").json()["customer"] is None
    assert kinds(client) == []
    return sheet


def test_the_next_writer_publishes_what_a_dead_one_committed(
    client: TestClient, interrupted: Sheet
) -> None:
    assert client.post("/api/invoices", json=invoice()).status_code == 201
    assert client.get("/api/invoices/INV-00003").json()["customer"] == "Bob"
    assert kinds(client) == ["invoice.created", "invoice.updated"]
    versions = client.get(f"/api/datasets/{interrupted.slug}/versions").json()["items"]
    assert [each["kind"] for each in versions] == ["edit", "edit", "append"]


def test_an_import_publishes_what_a_dead_writer_committed(
    client: TestClient, interrupted: Sheet, work: Callable[[], None]
) -> None:
    body = b"number,date,customer\nINV-77777,2024-05-01,Eve\n"
    sent = client.put(f"/api/datasets/{interrupted.slug}/data", content=body)
    assert sent.status_code == 201
    work()
    assert client.get("/api/invoices/INV-00003").json()["customer"] == "Bob"
    assert kinds(client) == ["invoice.updated"]


def test_maintenance_publishes_what_a_dead_writer_committed(
    client: TestClient, interrupted: Sheet, served: Context
) -> None:
    with patch.object(editing, "SETTLE_AFTER", -editing.SETTLE_AFTER):
        editing.settle_all(served)
    assert client.get("/api/invoices/INV-00003").json()["customer"] == "Bob"
    assert kinds(client) == ["invoice.updated"]
    assert interrupted.slug


def test_a_writer_that_died_before_the_commit_left_nothing(
    client: TestClient, sales: Sales
) -> None:
    sales(IOWA.format(rows=10))
    with patch.object(Writer, "commit_edit", side_effect=Killed):
        answer = client.patch("/api/invoices/INV-00003", json={"customer": "Bob"})
    assert answer.status_code == 500
    assert client.post("/api/invoices", json=invoice()).status_code == 201
    assert client.get("/api/invoices/INV-00003").json()["customer"] is None
    assert kinds(client) == ["invoice.created"]


def test_a_request_that_is_repeated_after_a_crash_has_one_effect(
    client: TestClient, ada: Account
) -> None:
    key = {"Idempotency-Key": "again"}
    dying = die_behind(Writer.commit_edit)
    with patch.object(Writer, "commit_edit", dying):
        assert client.post("/api/invoices", json=invoice(), headers=key).status_code == 500
    again = client.post("/api/invoices", json=invoice(), headers=key)
    assert again.status_code == 201
    assert client.get("/api/invoices/A-1").json() == again.json()
    assert client.get("/api/invoices/A-1").json()["line_count"] == 2
    assert kinds(client) == ["invoice.created"]
    assert ada.email
