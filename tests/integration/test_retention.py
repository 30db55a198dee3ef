"""Retention: what is over goes, by the rules of the settings; what is read or young stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select, update

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.maintenance.service import Freed, clean_up
from rowmill.models import DatasetVersion, Event, File, catalog_name
from rowmill.models import Session as Login
from rowmill.settings import Settings
from tests.factories.invoices import invoice
from tests.integration.imports.conftest import Inbox, inbox
from tests.programs import PASSWORD

__all__ = ["inbox"]

NO_AGE = timedelta(0)
TWO_DAYS = timedelta(days=2)


@dataclass
class House:
    """A server whose past can be made longer, and whose housekeeping has other rules."""

    inbox: Inbox
    context: Context
    clean: Callable[..., Freed]

    @property
    def workspace_id(self) -> UUID:
        """The inbox's workspace."""
        return UUID(self.inbox.client.get("/api/me").json()["workspace"]["id"])

    def age(self, by: timedelta = TWO_DAYS) -> None:
        """Let whatever has happened so far have happened earlier."""
        with transaction(self.context.engine) as session:
            session.execute(update(File).values(created_at=File.created_at - by))
            session.execute(update(Event).values(created_at=Event.created_at - by))
            session.execute(
                update(DatasetVersion).values(created_at=DatasetVersion.created_at - by)
            )
        catalog = catalog_name(self.workspace_id)
        with psycopg.connect(self.context.database_url, autocommit=True) as connection:
            connection.execute(
                f"UPDATE {catalog}.ducklake_snapshot SET snapshot_time = snapshot_time - %s", [by]
            )

    def get(self, path: str, **query: Any) -> Any:
        """An answer, whatever it is."""
        return self.inbox.client.get(path, params=query)


@pytest.fixture
def house(inbox: Inbox, context: Context, settings: Settings, database_url: str) -> Iterator[House]:
    opened = []

    def clean(*, older_than: timedelta = NO_AGE, **rules: int) -> Freed:
        other = Context.open(settings.model_copy(update=rules), database_url)
        opened.append(other)
        return clean_up(other, older_than=older_than)

    yield House(inbox, context, clean)
    for each in opened:
        each.close()


def test_originals_of_some_age_go_and_their_rows_stay(house: House) -> None:
    run = house.inbox.load("people", "a\n1\n")
    house.age()

    kept = house.clean(keep_originals_days=3)
    freed = house.clean(keep_originals_days=1)

    assert (kept.originals, freed.originals) == (0, 1)
    gone = house.get(f"/api/files/{run['file']['id']}/download")
    assert (gone.status_code, gone.json()["code"]) == (410, "original_removed")
    assert house.inbox.rows("people") == [{"a": 1}]


def test_an_original_that_was_sent_again_lately_stays(house: House) -> None:
    house.inbox.load("people", "a\n1\n")
    house.age()
    again = house.inbox.put("others", "a\n1\n")

    freed = house.clean(keep_originals_days=1)
    house.inbox.work()

    assert freed.originals == 0
    assert house.inbox.run(again["import_id"])["status"] == "succeeded"


def test_an_original_stays_while_its_import_waits(house: House) -> None:
    house.inbox.load("first", "a\n0\n")
    waiting = house.inbox.put("people", "a\n1\n")
    house.age()

    house.clean(keep_originals_days=1)
    house.inbox.work()

    assert house.inbox.run(waiting["import_id"])["status"] == "succeeded"


def test_an_import_whose_original_is_gone_says_so_when_it_is_retried(house: House) -> None:
    house.inbox.load("first", "a\n0\n")
    sent = house.inbox.put("people", "a\n1\n")
    house.inbox.client.post(f"/api/imports/{sent['import_id']}/cancel").raise_for_status()
    house.age()
    house.clean(keep_originals_days=1)

    refused = house.inbox.client.post(f"/api/imports/{sent['import_id']}/retry")

    assert (refused.status_code, refused.json()["code"]) == (410, "original_removed")


def test_the_same_bytes_can_be_sent_again_after_they_were_removed(house: House) -> None:
    house.inbox.load("people", "a\n1\n")
    house.age()
    house.clean(keep_originals_days=1)

    run = house.inbox.load("others", "a\n1\n")

    assert house.get(f"/api/files/{run['file']['id']}/download").content == b"a\n1\n"


def test_the_originals_of_deleted_datasets_go_with_their_versions(house: House) -> None:
    house.inbox.load("people", "a\n1\n")
    house.inbox.load("others", "a\n2\n")
    house.age()
    house.inbox.client.delete("/api/datasets/people").raise_for_status()
    assert house.clean(keep_versions_days=1).originals == 0
    with psycopg.connect(house.context.database_url, autocommit=True) as connection:
        connection.execute("UPDATE datasets SET deleted_at = deleted_at - interval '2 days'")

    assert house.clean(keep_versions_days=1).originals == 1
    assert house.inbox.rows("others") == [{"a": 2}]


def test_a_cursor_on_an_expired_version_is_gone_and_the_present_is_not(house: House) -> None:
    house.inbox.load("people", "a\n1\n2\n3\n")
    cursor = house.get("/api/datasets/people/records", limit=1).json()["next_cursor"]
    house.inbox.load("people", "a\n7\n8\n", mode="replace")
    house.age()
    assert house.get("/api/datasets/people/records", cursor=cursor).status_code == 200

    freed = house.clean(keep_versions_days=1)

    assert freed.versions > 0
    assert freed.lake_files == 1
    assert freed.size_bytes > 0
    expired = house.get("/api/datasets/people/records", cursor=cursor)
    assert (expired.status_code, expired.json()["code"]) == (410, "cursor_expired")
    assert house.inbox.rows("people") == [{"a": 7}, {"a": 8}]
    assert len(house.get("/api/datasets/people/versions").json()["items"]) == 1


def test_a_version_that_was_replaced_lately_stays_however_old_it_is(house: House) -> None:
    house.inbox.load("people", "a\n1\n2\n3\n")
    cursor = house.get("/api/datasets/people/records", limit=1).json()["next_cursor"]
    house.age()
    house.inbox.load("people", "a\n7\n", mode="replace")

    house.clean(keep_versions_days=1)

    page = house.get("/api/datasets/people/records", cursor=cursor)
    assert page.status_code == 200
    assert [row["a"] for row in page.json()["items"]] == [2, 3]


def test_a_dataset_that_nobody_changed_for_long_is_still_read(house: House) -> None:
    house.inbox.load("old", "a\n1\n")
    for number in range(3):
        house.inbox.load("busy", f"a\n{number}\n", mode="replace")
    house.age()

    house.clean(keep_versions_days=1)

    assert house.inbox.rows("old") == [{"a": 1}]
    assert house.inbox.rows("busy") == [{"a": 2}]


def test_everything_is_kept_where_the_rules_say_so(house: House) -> None:
    house.inbox.load("people", "a\n1\n")
    house.inbox.load("people", "a\n2\n", mode="replace")
    house.age(timedelta(days=3650))
    events = len(house.inbox.events())
    rules = ("originals", "results", "versions", "events")

    freed = house.clean(**{f"keep_{rule}_days": 0 for rule in rules})

    assert (freed.originals, freed.versions, freed.events, freed.lake_files) == (0, 0, 0, 0)
    assert len(house.inbox.events()) >= events


def test_small_files_are_merged_and_every_page_stays_as_it_was(house: House) -> None:
    for number in range(4):
        house.inbox.load("people", f"a\n{number}\n")
    cursor = house.get("/api/datasets/people/records", limit=2).json()["next_cursor"]

    freed = house.clean(keep_versions_days=0)

    assert freed.merged_files == 3
    rest = house.get("/api/datasets/people/records", cursor=cursor).json()["items"]
    assert rest == [{"a": 2}, {"a": 3}]
    house.inbox.load("people", "a\n4\n")
    assert [row["a"] for row in house.inbox.rows("people")] == [0, 1, 2, 3, 4]


def test_old_events_go_and_young_ones_stay(house: House) -> None:
    house.inbox.load("people", "a\n1\n")
    old = len(house.inbox.events())
    house.age()
    house.inbox.load("people", "a\n2\n")

    freed = house.clean(keep_events_days=1)

    assert freed.events == old + 1  # and that somebody came in, which members do not see
    assert "import.succeeded" in house.inbox.events()
    assert "dataset.created" not in house.inbox.events()


def test_the_history_of_an_invoice_outlives_other_events(house: House) -> None:
    client = house.inbox.client
    client.post("/api/invoices", json=invoice("A-1")).raise_for_status()
    client.patch("/api/invoices/A-1", json={"customer": "Grace Ltd"}).raise_for_status()
    client.post("/api/invoices", json=invoice("A-2")).raise_for_status()
    house.inbox.load("people", "a\n1\n")
    house.age()

    assert house.clean(keep_events_days=1).events > 0

    history = house.get("/api/invoices/A-1/history").json()["items"]
    assert [entry["action"] for entry in history] == ["updated", "created"]
    assert "import.succeeded" not in house.inbox.events()


def test_the_history_of_invoices_goes_after_their_dataset(house: House) -> None:
    house.inbox.client.post("/api/invoices", json=invoice("A-1")).raise_for_status()
    house.inbox.client.delete("/api/datasets/sales").raise_for_status()
    house.age()

    house.clean(keep_events_days=1)

    assert "invoice.created" not in house.inbox.events()


def test_ended_sessions_go_and_live_ones_stay(house: House) -> None:
    client = house.inbox.client
    login = {"email": "ada@example.com", "password": PASSWORD}
    token = client.post("/api/login", json=login).json()["access_token"]
    other = client.post("/api/login", json=login).json()["access_token"]
    client.post("/api/logout", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    with transaction(house.context.engine) as session:
        before = len(session.scalars(select(Login)).all())

    freed = house.clean()

    with transaction(house.context.engine) as session:
        assert len(session.scalars(select(Login)).all()) == before - freed.sessions
    assert freed.sessions == 1
    headers = {"Authorization": f"Bearer {other}"}
    assert client.get("/api/me", headers=headers).status_code == 200


def test_what_was_freed_is_in_the_log_and_in_the_administration(house: House) -> None:
    house.inbox.load("people", "a\n1\n")
    house.inbox.load("people", "a\n2\n", mode="replace")
    house.age()

    freed = house.clean(keep_versions_days=1)

    (event,) = [
        one
        for one in house.get("/api/activity").json()["items"]
        if one["kind"] == "maintenance.done"
    ]
    assert event["payload"]["versions"] == freed.versions
    (run,) = house.get("/api/admin/maintenance").json()["items"]
    assert run["freed"]["size_bytes"] == freed.size_bytes > 0
    assert run["finished_at"] is not None
    assert house.clean(keep_versions_days=1).versions == 0
    assert house.inbox.events().count("maintenance.done") == 1


def test_an_administrator_has_the_maintenance_done_now_once(house: House) -> None:
    house.inbox.load("people", "a\n1\n")

    asked = [house.inbox.client.post("/api/admin/maintenance") for _ in range(2)]
    house.inbox.work()

    assert [answer.status_code for answer in asked] == [202, 202]
    runs = house.get("/api/admin/maintenance").json()["items"]
    assert len(runs) == 1
    assert runs[0]["finished_at"] is not None


def test_one_broken_workspace_does_not_keep_the_others_from_being_cleaned(house: House) -> None:
    house.inbox.load("people", "a\n1\n")
    broken = catalog_name(house.workspace_id)
    body = {"email": "bob@example.com", "password": PASSWORD}
    house.inbox.client.post("/api/register", json=body).raise_for_status()
    house.inbox.load("people", "a\n1\n")
    house.inbox.load("people", "a\n2\n", mode="replace")
    house.age()
    with psycopg.connect(house.context.database_url, autocommit=True) as connection:
        connection.execute(f"ALTER TABLE {broken}.ducklake_snapshot RENAME TO lost")

    freed = house.clean(keep_versions_days=1)

    assert freed.failures == 1
    assert freed.versions > 0
    assert house.inbox.rows("people") == [{"a": 2}]
