"""Messages of webhooks: what arrives, how often, and what is kept of it."""

from __future__ import annotations

import base64
import hmac
import json
import time
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from operator import itemgetter
from typing import Any
from uuid import UUID

from rowmill.models import now
from rowmill.notifications import delivering
from rowmill.notifications.dispatching import BATCH, dispatch
from rowmill.settings import Settings
from tests.factories.webservers import Received, WebServer, serving
from tests.integration.notifications.conftest import Office


def signature(received: Received, secret: str) -> str:
    """What a receiver computes to check a message."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    head = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}."
    return (
        "v1," + base64.b64encode(hmac.digest(key, head.encode() + received.body, "sha256")).decode()
    )


def types(receiver: WebServer) -> list[str]:
    """What was told, in the order of the alphabet: messages may overtake each other."""
    return sorted(json.loads(received.body)["type"] for received in receiver.received)


def fail_for(office: Office, webhook: Any, **time: float) -> None:
    """Let a receiver have failed for so long when a message is given up."""
    office.happen("sync.failing")
    office.work()
    office.failing_for(**time)
    for _ in delivering.WAITS_SECONDS:
        office.later(days=1)
        office.work()
    assert office.deliveries(webhook)[-1]["status"] == "failed"


def test_a_chosen_event_arrives_signed_and_can_be_read(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook(f"{receiver.url}/in", "import.failed")
    office.happen("import.failed", dataset_slug="sales", error={"message": "no header"})
    office.work()

    (received,) = receiver.received
    assert (received.method, received.path) == ("POST", "/in")
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-signature"] == signature(received, webhook["secret"])
    assert abs(int(received.headers["webhook-timestamp"]) - time.time()) < 60
    message = json.loads(received.body)
    assert message["type"] == "import.failed"
    assert message["data"]["payload"]["error"] == {"message": "no header"}
    assert message["data"]["workspace_id"] == str(office.account.workspace_id)
    assert message["data"]["actor"] == "ada@example.com"
    assert message["data"]["link"] == f"http://data.example.com/imports/{office.account.id}"
    assert datetime.fromisoformat(message["timestamp"]) > now() - timedelta(minutes=1)
    (delivery,) = office.deliveries(webhook)
    assert delivery["message_id"] == received.headers["webhook-id"]
    assert (delivery["status"], delivery["answer_status"]) == ("delivered", 200)
    assert office.get(f"/api/webhooks/{webhook['id']}")["last_delivered_at"] is not None


def test_what_was_not_chosen_or_happened_before_is_not_sent(
    office: Office, receiver: WebServer
) -> None:
    office.happen("import.failed")
    webhook = office.webhook(receiver.url, "import.failed")
    office.happen("import.succeeded")
    office.work()
    assert receiver.received == []
    assert office.deliveries(webhook) == []


def test_events_of_another_workspace_are_not_sent(office: Office, receiver: WebServer) -> None:
    office.webhook(receiver.url, "*")
    office.work()
    before = len(receiver.received)
    other = {"email": "eve@example.com", "password": "correct horse battery"}
    office.client.post("/api/register", json=other).raise_for_status()
    office.upload("theirs", "a\n1\n")
    office.work()
    assert len(receiver.received) == before


def test_a_real_import_tells_its_rejects_and_its_drift(office: Office, receiver: WebServer) -> None:
    office.upload("sales", "id,amount\n" + "".join(f"{n},{n}.5\n" for n in range(50)))
    webhook = office.webhook(
        receiver.url, "import.rejects", "import.drift", "import.failed", rejects_above=1
    )
    one_bad = "id,amount\n" + "".join(f"{n},{n}.5\n" for n in range(50)) + "x,broken\n"
    office.upload("sales", one_bad)
    office.work()
    assert types(receiver) == [], "one reject is not more than one"

    office.upload("sales", one_bad + "y,broken\n" + "z,broken\n")
    office.upload("sales", "id,colour\n1,red\n")
    office.work()

    assert types(receiver) == ["import.drift", "import.rejects"]
    messages = sorted((json.loads(one.body) for one in receiver.received), key=itemgetter("type"))
    drift, rejects = (message["data"]["payload"] for message in messages)
    assert rejects["receipt"]["rejected"] == 3
    assert rejects["dataset_slug"] == "sales"
    assert drift["drift"]["new"] == ["colour"]
    assert drift["drift"]["missing"] == ["amount"]
    assert len(office.deliveries(webhook)) == 2


def test_a_failed_import_is_told_with_its_reason(office: Office, receiver: WebServer) -> None:
    office.webhook(receiver.url, "import.failed")
    office.upload("broken", "a,b\n1,2\n")
    office.upload("broken", "PK\x03\x04 no archive at all")
    office.work()
    (message,) = (json.loads(one.body) for one in receiver.received)
    assert message["data"]["payload"]["error"]["message"]


def test_many_events_are_all_sent_and_each_once(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook(receiver.url, "sync.delivered")
    count = BATCH + 20
    for number in range(count):
        office.happen("sync.delivered", number=number)
    office.work()
    dispatch(office.context)
    office.work()

    numbers = [json.loads(one.body)["data"]["payload"]["number"] for one in receiver.received]
    assert sorted(numbers) == list(range(count))
    ids = {one.headers["webhook-id"] for one in receiver.received}
    assert len(ids) == count
    assert office.deliveries(webhook, status="pending") == []


def test_a_dispatcher_that_dies_before_its_commit_misses_and_doubles_nothing(
    office: Office, receiver: WebServer, monkeypatch: Any
) -> None:
    office.webhook(receiver.url, "sync.failing")
    office.happen("sync.failing")
    with monkeypatch.context() as broken:
        broken.setattr("rowmill.notifications.messages.body", lambda *_: 1 / 0)
        office.work()
        assert receiver.received == []
    office.work()
    assert types(receiver) == ["sync.failing"]


def test_a_sender_that_died_in_the_middle_is_replaced_after_a_minute(
    office: Office, receiver: WebServer
) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    office.happen("sync.failing")
    dispatch(office.context)
    assert len(delivering._claim(office.context, [])) == 1  # and then it dies
    office.work()
    assert receiver.received == []

    office.later(minutes=1)
    office.work()
    assert types(receiver) == ["sync.failing"]
    assert office.deliveries(webhook)[0]["attempts"] == 2


def test_a_receiver_that_fails_is_asked_again_with_the_same_message(
    office: Office, receiver: WebServer
) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    receiver.status, receiver.body = 500, b"out of order"
    office.happen("sync.failing")
    office.work()
    (delivery,) = office.deliveries(webhook)
    assert (delivery["status"], delivery["answer_status"]) == ("pending", 500)
    assert "500" in delivery["error"]
    office.work()
    assert len(receiver.received) == 1, "not before its time"

    receiver.status = 204
    office.later(seconds=7)
    office.work()

    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    detail = office.get(f"/api/webhooks/{webhook['id']}/deliveries/{delivery['id']}")
    assert detail["status"] == "delivered"
    assert [attempt["status"] for attempt in detail["history"]] == [500, 204]
    assert detail["body"] == first.body.decode()


def test_a_message_is_given_up_after_ten_attempts_and_can_be_sent_again(
    office: Office, receiver: WebServer
) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    receiver.status = 503
    office.happen("sync.failing")
    for _ in range(12):
        office.work()
        office.later(hours=15)
    assert len(receiver.received) == 10
    (delivery,) = office.deliveries(webhook)
    assert (delivery["status"], delivery["next_attempt_at"]) == ("failed", None)

    receiver.status = 200
    address = f"/api/webhooks/{webhook['id']}/deliveries/{delivery['id']}/redeliver"
    assert office.client.post(address).status_code == 202
    office.work()

    assert len(receiver.received) == 11
    assert receiver.received[-1].headers["webhook-id"] == delivery["message_id"]
    assert office.deliveries(webhook)[0]["status"] == "delivered"


def test_a_receiver_that_asks_to_wait_is_left_alone_for_so_long(
    office: Office, receiver: WebServer
) -> None:
    office.webhook(receiver.url, "sync.failing")
    receiver.status, receiver.headers = 429, {"Retry-After": "3600"}
    office.happen("sync.failing")
    office.work()
    office.later(minutes=59)
    office.work()
    assert len(receiver.received) == 1
    office.later(minutes=2)
    office.work()
    assert len(receiver.received) == 2


def test_a_receiver_that_fails_for_days_is_paused_and_that_is_an_event(
    office: Office, receiver: WebServer
) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    receiver.status = 500
    fail_for(office, webhook, days=3, minutes=1)

    shown = office.get(f"/api/webhooks/{webhook['id']}")
    assert (shown["paused"], shown["pause_reason"]) == (True, "failing")
    assert office.event_kinds()[-1] == "webhook.disabled"
    before = len(receiver.received)
    office.happen("sync.failing")
    office.work()
    assert len(receiver.received) == before


def test_a_receiver_that_failed_for_a_day_is_not_paused(
    office: Office, receiver: WebServer
) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    receiver.status = 500
    fail_for(office, webhook, days=1)
    assert office.get(f"/api/webhooks/{webhook['id']}")["paused"] is False


def test_a_receiver_that_is_gone_is_paused_at_once(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    receiver.status = 410
    office.happen("sync.failing")
    office.work()
    assert office.get(f"/api/webhooks/{webhook['id']}")["pause_reason"] == "gone"
    assert office.deliveries(webhook)[0]["status"] == "failed"


def test_a_slow_receiver_holds_up_no_other(office: Office, receiver: WebServer) -> None:
    def dawdle(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(1)
        handler.send_response(200)
        handler.end_headers()
        late.append(time.monotonic())

    late: list[float] = []
    times: list[float] = []

    def note(handler: BaseHTTPRequestHandler) -> None:
        times.append(time.monotonic())
        handler.send_response(200)
        handler.end_headers()

    receiver.behave = note
    with serving() as slow:
        slow.behave = dawdle
        office.webhook(slow.url, "sync.delivered")
        office.webhook(receiver.url, "sync.delivered")
        for number in range(6):
            office.happen("sync.delivered", number=number)
        office.work()
    assert len(times) == len(late) == 6
    assert max(times) < sorted(late)[4], "the quick one is done long before the slow one"


def test_a_redirect_is_an_error_that_says_what_to_do(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    receiver.status, receiver.headers = 301, {"Location": "/elsewhere"}
    office.happen("sync.failing")
    office.work()
    assert "give the final address" in office.deliveries(webhook)[0]["error"]
    assert len(receiver.received) == 1


def test_an_answer_is_kept_up_to_two_kilobytes(office: Office, receiver: WebServer) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    receiver.body = b"\x00\xff" + b"x" * 100_000
    office.happen("sync.failing")
    office.work()
    (delivery,) = office.deliveries(webhook)
    detail = office.get(f"/api/webhooks/{webhook['id']}/deliveries/{delivery['id']}")
    assert detail["status"] == "delivered"
    assert len(detail["answer_body"]) == 2048


def test_a_receiver_that_is_not_there_is_told_without_its_path(
    office: Office, settings: Settings
) -> None:
    with serving() as gone:
        url = f"{gone.url}/token-in-the-path"
    webhook = office.webhook(url, "sync.failing")
    office.happen("sync.failing")
    office.work()
    (delivery,) = office.deliveries(webhook)
    assert "refused" in delivery["error"]
    assert "token-in-the-path" not in delivery["error"]
    assert settings.allow_private_hosts


def test_a_host_that_became_private_is_not_reached(
    office: Office, receiver: WebServer, settings: Settings
) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    office.happen("sync.failing")
    dispatch(office.context)
    ((delivery_id, target),) = delivering._claim(office.context, [])
    assert target == UUID(webhook["id"])
    strict = settings.model_copy(update={"allow_private_hosts": ()})
    delivering.deliver(
        type(office.context)(
            strict,
            office.context.database_url,
            office.context.engine,
            office.context.store,
            office.context.lakes,
        ),
        delivery_id,
    )
    assert receiver.received == []
    assert "ROWMILL_ALLOW_PRIVATE_HOSTS" in office.deliveries(webhook)[0]["error"]


def test_a_lost_key_is_told_in_the_log_until_the_secret_is_replaced(
    office: Office, receiver: WebServer, settings: Settings
) -> None:
    webhook = office.webhook(receiver.url, "sync.failing")
    (settings.data_dir / "encryption.key").write_text("another key than before, by a mistake")
    office.happen("sync.failing")
    office.work()
    assert "Enter the secret again" in office.deliveries(webhook)[0]["error"]

    made = office.client.post(f"/api/webhooks/{webhook['id']}/rotate-secret").json()
    office.later(minutes=1)
    office.work()
    (received,) = receiver.received
    assert received.headers["webhook-signature"] == signature(received, made["secret"])
