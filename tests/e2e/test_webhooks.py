"""A webhook in the browser: made with its secret, signed deliveries in its log, sent again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.factories.webservers import Received, WebServer, serving
from tests.programs import finished_import, until

ENVIRONMENT = {"ROWMILL_ALLOW_PRIVATE_HOSTS": "127.0.0.1"}  # so that it may connect to the tests


@pytest.fixture
def receiver() -> Iterator[WebServer]:
    with serving() as receiver:
        yield receiver


def signature(secret: str, message: Received) -> str:
    """What a receiver computes by Standard Webhooks."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    headers = message.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + message.body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def make_webhook(page: Page, receiver: WebServer, name: str) -> str:
    """Make it in the dialog; returns the secret that was shown."""
    page.goto("/webhooks")
    page.get_by_role("button", name="New webhook").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_label("URL", exact=True).fill(f"{receiver.url}/hook")
    dialog.get_by_label("An import ended, and its rows can be seen").check()
    dialog.get_by_role("button", name="Make webhook").click()
    secret = dialog.get_by_label("the secret", exact=True).inner_text().strip()
    dialog.get_by_role("link", name="Open the webhook").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    return secret


def test_an_import_is_told_by_a_signed_message_which_the_log_shows_and_sends_again(
    signed_in: Page, client: httpx.Client, receiver: WebServer
) -> None:
    secret = make_webhook(signed_in, receiver, "Warehouse")
    sent = client.put("/api/datasets/stock-of-june/data", content=b"a,b\n1,2\n")
    finished_import(client, sent.raise_for_status().json()["import_id"])

    log = signed_in.get_by_role("list", name="Deliveries").get_by_role("listitem")
    expect(log).to_have_count(1)
    expect(log).to_contain_text("import.succeeded")
    expect(log).to_contain_text("Delivered")
    (message,) = receiver.received
    assert message.headers["webhook-signature"] == signature(secret, message)

    log.locator("summary").click()
    expect(log.get_by_label("the request", exact=True)).to_contain_text("stock-of-june")
    expect(log.get_by_label("the answer", exact=True)).to_have_text("fine")
    log.get_by_role("button", name="Send again").click()
    until(lambda: len(receiver.received) == 2, seconds=30, what="the message again")
    assert receiver.received[1].headers["webhook-id"] == message.headers["webhook-id"]


def test_a_test_says_at_once_what_the_receiver_answered(
    signed_in: Page, receiver: WebServer
) -> None:
    receiver.status, receiver.body = 500, b"out of order"
    make_webhook(signed_in, receiver, "Broken")
    signed_in.get_by_role("button", name="Send test").click()
    dialog = signed_in.get_by_role("dialog")
    expect(dialog.get_by_text("It did not arrive")).to_be_visible()
    expect(dialog.get_by_label("the answer", exact=True)).to_have_text("out of order")
    assert json.loads(receiver.received[0].body)["type"] == "webhook.ping"


def test_a_new_secret_is_shown_once_and_the_account_says_where_mail_is_not_set_up(
    signed_in: Page, receiver: WebServer
) -> None:
    first = make_webhook(signed_in, receiver, "Rotating")
    signed_in.get_by_role("button", name="More actions").click()
    signed_in.get_by_role("menuitem", name="Make a new secret").click()
    dialog = signed_in.get_by_role("dialog")
    dialog.get_by_role("button", name="Make a new secret").click()
    second = dialog.get_by_label("the secret", exact=True).inner_text().strip()
    assert second.startswith("whsec_")
    assert second != first
    dialog.get_by_role("button", name="Done").click()
    signed_in.goto("/account")
    notifications = signed_in.get_by_role("region", name="Notifications")
    expect(notifications).to_contain_text("not set up to send mail")
