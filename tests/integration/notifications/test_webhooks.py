"""Webhooks as their owner makes and changes them."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from fastapi import FastAPI
from sqlalchemy import event, text

from rowmill.db import transaction
from rowmill.encryption import encryption_of
from rowmill.notifications import service
from rowmill.notifications.dispatching import dispatch
from rowmill.settings import Settings
from tests.factories.accounts import register
from tests.factories.webservers import WebServer
from tests.integration.notifications.conftest import Office
from tests.integration.notifications.test_delivering import signature, types


def everything_kept(office: Office) -> str:
    """All rows of the tables that could hold what nobody may read there."""
    with transaction(office.context.engine) as session:
        tables = ("webhooks", "deliveries", "events", "jobs", "procrastinate_jobs")
        rows = [session.execute(text(f"SELECT t::text FROM {table} t")) for table in tables]
        return "\n".join(str(row[0]) for result in rows for row in result)


def test_the_secret_is_shown_once_and_kept_sealed(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook(receiver.url, "import.failed")
    assert webhook["secret"].startswith("whsec_")
    shown = office.client.get(f"/api/webhooks/{webhook['id']}")
    assert shown.json()["secrets"] == {"signing_key": True}
    listed = office.client.get("/api/webhooks")
    for answer in (shown, listed):
        assert webhook["secret"] not in answer.text
    assert webhook["secret"] not in everything_kept(office)


def test_webhooks_are_listed_newest_first_in_pages(office: Office) -> None:
    made = [office.webhook(f"https://hooks.invalid/{n}", name=f"Hook {n}") for n in range(3)]
    first = office.get("/api/webhooks", limit=2)
    second = office.get("/api/webhooks", limit=2, cursor=first["next_cursor"])
    listed = [one["id"] for page in (first, second) for one in page["items"]]
    assert listed == [one["id"] for one in reversed(made)]


def test_a_longer_list_takes_no_more_queries(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    deliveries = f"/api/webhooks/{webhook['id']}/deliveries"
    few = [queries(office, path) for path in ("/api/webhooks", deliveries)]
    for _ in range(5):
        office.webhook(receiver.url, "sync.failing")
        office.happen("sync.failing")
    office.work()
    assert [queries(office, path) for path in ("/api/webhooks", deliveries)] == few


def queries(office: Office, path: str) -> int:
    """How many statements the server sends for a request."""
    seen: list[str] = []
    engine = cast("FastAPI", office.client.app).state.context.engine
    listener = (engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    event.listen(*listener)
    try:
        office.get(path)
    finally:
        event.remove(*listener)
    return len(seen)


def test_a_change_counts_from_then_on(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook("https://hooks.invalid/", "import.failed")
    address = f"/api/webhooks/{webhook['id']}"
    change = {"url": f"{receiver.url}/new", "events": ["sync.failing"], "name": "Other"}
    answer = office.client.patch(address, json=change)
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in change} == change

    office.happen("import.failed")
    office.happen("sync.failing")
    office.work()
    assert [(one.path, json.loads(one.body)["type"]) for one in receiver.received] == [
        ("/new", "sync.failing")
    ]


def test_a_change_of_what_somebody_else_changed_is_refused(office: Office) -> None:
    webhook = office.webhook("https://hooks.invalid/")
    address = f"/api/webhooks/{webhook['id']}"
    tag = office.client.get(address).headers["etag"]
    mine = office.client.patch(address, json={"name": "Mine"}, headers={"If-Match": tag})
    theirs = office.client.patch(address, json={"name": "Theirs"}, headers={"If-Match": tag})
    assert (mine.status_code, theirs.status_code) == (200, 412)
    assert theirs.headers["etag"] == mine.headers["etag"]
    assert office.get(address)["name"] == "Mine"


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"url": "hooks.example.com"}, "url"),
    ({"url": "https://me:secret@hooks.example.com"}, "url"),
    ({"events": ["import.exploded"]}, "events"),
    ({"events": []}, "events"),
    ({"name": ""}, "name"),
    ({"name": "a\x00b"}, "name"),
    ({"url": "https://hooks.invalid/\x00"}, "url"),
    ({"url": "https://hooks.invalid/#part"}, "url"),
    ({"rejects_above": -1}, "rejects_above"),
    ({"secret": "whsec_AAAA"}, "secret"),
]


def test_what_does_not_fit_is_refused_by_its_field(office: Office) -> None:
    for change, field in UNFIT:
        body = {"name": "Hook", "url": "https://hooks.invalid/", "events": ["*"], **change}
        answer = office.client.post("/api/webhooks", json=body)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert office.get("/api/webhooks")["items"] == []


def test_an_address_in_the_private_network_is_refused_at_once(office: Office) -> None:
    for host in ("10.0.0.1", "2130706434", "[::1]", "169.254.169.254"):
        body = {"name": "Hook", "url": f"http://{host}/", "events": ["*"]}
        answer = office.client.post("/api/webhooks", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "private_address")
        assert "ROWMILL_ALLOW_PRIVATE_HOSTS" in answer.json()["detail"]


def test_what_happens_during_a_pause_is_not_sent_but_what_waited_is(
    office: Office, receiver: WebServer
) -> None:
    webhook = office.webhook(receiver.url, "sync.failing", "sync.recovered", "sync.delivered")
    address = f"/api/webhooks/{webhook['id']}"
    office.happen("sync.failing")
    dispatch(office.context)
    paused = office.client.post(f"{address}/pause").json()
    assert (paused["paused"], paused["pause_reason"]) == (True, "user")
    office.happen("sync.recovered")
    office.work()
    assert receiver.received == []
    again = office.deliveries(webhook)[0]["id"]
    refused = office.client.post(f"{address}/deliveries/{again}/redeliver")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_paused")

    assert office.client.post(f"{address}/resume").json()["paused"] is False
    office.happen("sync.delivered")
    office.work()
    assert types(receiver) == ["sync.delivered", "sync.failing"]


def test_a_deleted_webhook_sends_nothing_more(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    office.happen("sync.failing")
    dispatch(office.context)
    assert office.client.delete(f"/api/webhooks/{webhook['id']}").status_code == 204
    office.work()
    assert receiver.received == []
    assert office.client.get(f"/api/webhooks/{webhook['id']}").status_code == 404


def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    office: Office, receiver: WebServer, settings: Settings
) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    made = office.client.post(f"/api/webhooks/{webhook['id']}/rotate-secret").json()
    assert made["secret"] != webhook["secret"]
    office.happen("sync.failing")
    office.work()
    (received,) = receiver.received
    assert received.headers["webhook-signature"].split() == [
        signature(received, made["secret"]),
        signature(received, webhook["secret"]),
    ]

    with transaction(office.context.engine) as session:
        found = session.scalars(service.listing(office.account.workspace_id)).one()
        encryption = encryption_of(settings)
        purpose = f"webhook:{found.id}"
        kept = json.loads(encryption.open(found.secrets, purpose=purpose))
        kept["previous_until"] = "2026-01-01T00:00:00+00:00"
        found.secrets = encryption.seal(json.dumps(kept), purpose=purpose)
        assert service.signing_keys(encryption, found) == [made["secret"]]


def test_a_test_is_sent_at_once_and_its_outcome_answered(
    office: Office, receiver: WebServer
) -> None:
    webhook = office.webhook(receiver.url, "import.failed")
    fine = office.client.post(f"/api/webhooks/{webhook['id']}/test").json()
    assert (fine["status"], fine["answer_status"], fine["answer_body"]) == (
        "delivered",
        200,
        "fine",
    )
    (received,) = receiver.received
    assert json.loads(received.body)["type"] == "webhook.ping"
    assert received.headers["webhook-signature"] == signature(received, webhook["secret"])

    receiver.status, receiver.body = 500, b"out of order"
    broken = office.client.post(f"/api/webhooks/{webhook['id']}/test").json()
    assert (broken["status"], broken["answer_body"]) == ("failed", "out of order")
    office.later(days=2)
    office.work()
    assert len(receiver.received) == 2, "a test is not repeated"
    assert office.get(f"/api/webhooks/{webhook['id']}")["failing_since"] is None
    assert [one["event"] for one in office.deliveries(webhook)] == ["webhook.ping"] * 2


def test_the_log_can_be_narrowed_to_what_failed(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    office.client.post(f"/api/webhooks/{webhook['id']}/test")
    receiver.status = 404
    office.client.post(f"/api/webhooks/{webhook['id']}/test")
    (failed,) = office.deliveries(webhook, status="failed")
    assert failed["answer_status"] == 404


def test_changes_are_in_the_workspaces_log_without_address_and_secret(
    office: Office, receiver: WebServer
) -> None:
    webhook = office.webhook(f"{receiver.url}/token-in-the-path", "import.failed")
    address = f"/api/webhooks/{webhook['id']}"
    office.client.patch(address, json={"name": "Other"})
    for verb in ("pause", "resume", "rotate-secret"):
        office.client.post(f"{address}/{verb}").raise_for_status()
    office.client.delete(address)
    kinds = [kind for kind in office.event_kinds() if kind.startswith("webhook.")]
    assert kinds == [
        "webhook.created",
        "webhook.changed",
        "webhook.paused",
        "webhook.resumed",
        "webhook.secret_rotated",
        "webhook.deleted",
    ]
    assert "token-in-the-path" not in office.client.get("/api/activity").text


def test_the_hundred_and_first_webhook_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_WEBHOOKS", 2)
    for number in range(2):
        office.webhook(f"https://hooks.invalid/{number}")
    body = {"name": "Hook", "url": "https://hooks.invalid/", "events": ["*"]}
    answer = office.client.post("/api/webhooks", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_webhooks")


def test_a_delivery_of_another_webhook_is_unknown(office: Office, receiver: WebServer) -> None:
    one, other = (office.webhook(receiver.url, "sync.failing") for _ in range(2))
    delivery = office.client.post(f"/api/webhooks/{one['id']}/test").json()
    for method, path in (("GET", ""), ("POST", "/redeliver")):
        address = f"/api/webhooks/{other['id']}/deliveries/{delivery['id']}{path}"
        assert office.client.request(method, address).status_code == 404


def test_everything_that_can_be_chosen_is_listed_and_can_be(office: Office) -> None:
    items = office.get("/api/notifications/events")["items"]
    chosen = [item["event"] for item in items]
    assert {"import.rejects", "import.drift", "sync.failing", "feed.run_failed"} <= set(chosen)
    assert all(item["description"] for item in items)
    assert office.webhook("https://hooks.invalid/", *chosen)["events"] == chosen


def test_what_a_webhook_got_is_not_shown_to_others(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    eve = register(office.client, "eve@example.com")
    answer = office.client.get(f"/api/webhooks/{webhook['id']}/deliveries", headers=eve.bearer)
    assert answer.status_code == 404
