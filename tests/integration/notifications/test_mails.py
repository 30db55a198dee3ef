"""Mail about events: to whom, when, and how many at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, update

from rowmill.app import create_app
from rowmill.db import transaction
from rowmill.maintenance.service import clean_up
from rowmill.models import Delivery, Event, Member, Subscription, User, now
from rowmill.notifications.dispatching import SINGLE_MAILS, dispatch
from rowmill.settings import Settings
from tests.factories.accounts import Account, register
from tests.factories.mailservers import MailServer
from tests.factories.webservers import WebServer
from tests.integration.notifications.conftest import Office


@pytest.fixture
def settings(settings: Settings, mailbox: MailServer) -> Settings:
    """With a mail server."""
    server = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_tls": "none"}
    return settings.model_copy(update=server)


def choose(office: Office, *chosen: str, **options: Any) -> Any:
    """Have events sent by mail."""
    answer = office.client.put("/api/notifications", json={"events": list(chosen), **options})
    assert answer.status_code == 200, answer.text
    return answer.json()


def colleague(office: Office, role: str = "editor") -> Account:
    """Another member of the workspace; the client stays signed in as before."""
    cookies = dict(office.client.cookies)
    made = register(office.client, "bob@example.com")
    office.client.cookies.clear()
    office.client.cookies.update(cookies)
    with transaction(office.context.engine) as session:
        member = Member(workspace_id=office.account.workspace_id, user_id=made.id, role=role)
        session.add(member)
    return made


def inside(office: Office, account: Account) -> dict[str, str]:
    """Headers by which somebody acts in the office's workspace."""
    return {**account.bearer, "Rowmill-Workspace": str(office.account.workspace_id)}


def test_a_failed_import_is_mailed_with_reason_and_link(
    office: Office, mailbox: MailServer
) -> None:
    office.upload("broken", "a,b\n1,2\n")
    choose(office, "import.failed")
    import_id = office.upload("broken", "PK\x03\x04 no archive at all")
    office.work()

    ((recipient, message),) = mailbox.mails
    assert recipient == "ada@example.com"
    assert message["Subject"] == "Rowmill: An import failed: broken"
    text = message.get_content()
    assert "Reason: " in text
    assert f"http://data.example.com/imports/{import_id}" in text
    office.work()
    assert len(mailbox.mails) == 1


def test_rejects_are_mailed_above_the_number_chosen(office: Office, mailbox: MailServer) -> None:
    rows = "id,amount\n" + "".join(f"{n},{n}.5\n" for n in range(50))
    office.upload("sales", rows)
    choose(office, "import.rejects", rejects_above=1)
    office.upload("sales", rows + "98,broken\n")
    office.upload("sales", rows + "98,broken\n99,broken\n")
    office.work()
    ((_, message),) = mailbox.mails
    assert "52 read, 50 loaded, 2 rejected" in message.get_content()


def test_nothing_is_mailed_unasked_and_not_what_happened_before(
    office: Office, mailbox: MailServer
) -> None:
    office.happen("sync.failing")
    office.work()
    choose(office, "sync.failing")
    office.work()
    choose(office)
    office.happen("sync.failing")
    office.work()
    choose(office, "sync.failing")
    office.work()
    assert mailbox.mails == []


def test_many_events_in_a_minute_become_one_mail(office: Office, mailbox: MailServer) -> None:
    choose(office, "feed.file_unrecognised")
    for number in range(SINGLE_MAILS):
        office.happen("feed.file_unrecognised", file_name=f"{number}.txt")
        office.work()
    assert len(mailbox.mails) == SINGLE_MAILS
    for number in range(60):
        office.happen("feed.file_unrecognised", file_name=f"more-{number}.txt")
    office.work()
    office.happen("feed.file_unrecognised", file_name="latest.txt")
    office.work()

    assert len(mailbox.mails) == SINGLE_MAILS + 1, "the latest one waits for its minute"
    _, digest = mailbox.mails[-1]
    assert digest["Subject"] == "Rowmill: 60 events in ada@example.com"
    assert "more-0.txt" in digest.get_content()
    assert "… and 10 more." in digest.get_content()

    with transaction(office.context.engine) as session:
        session.execute(update(Subscription).values(quiet_until=now()))
        session.execute(update(Delivery).values(created_at=now() - timedelta(minutes=2)))
    office.work()
    assert "latest.txt" in mailbox.mails[-1][1].get_content()


def test_other_members_get_mail_where_an_editor_says_so(
    office: Office, mailbox: MailServer
) -> None:
    colleague(office)
    chosen = choose(office, "sync.failing", addresses=["ada@example.com", "BOB@example.com"])
    assert chosen["addresses"] == ["ada@example.com", "bob@example.com"]
    assert chosen["member_addresses"] == ["ada@example.com", "bob@example.com"]
    office.happen("sync.failing")
    office.work()
    assert sorted(recipient for recipient, _ in mailbox.mails) == chosen["addresses"]


def test_a_viewer_may_have_mail_but_not_send_it_to_others(office: Office) -> None:
    headers = inside(office, colleague(office, role="viewer"))
    own = office.client.put(
        "/api/notifications", json={"events": ["sync.failing"]}, headers=headers
    )
    assert (own.status_code, own.json()["addresses"]) == (200, ["bob@example.com"])
    body = {"events": ["sync.failing"], "addresses": ["ada@example.com"]}
    assert office.client.put("/api/notifications", json=body, headers=headers).status_code == 403


def test_strangers_cannot_be_sent_mail(office: Office) -> None:
    body = {"events": ["sync.failing"], "addresses": ["stranger@example.com"]}
    answer = office.client.put("/api/notifications", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "addresses")


@pytest.mark.parametrize("way", ["left", "disabled"])
def test_who_is_no_member_any_more_gets_no_mail(
    office: Office, mailbox: MailServer, way: str
) -> None:
    bob = colleague(office)
    choose(office, "sync.failing", addresses=["ada@example.com", "bob@example.com"])
    body = {"events": ["sync.failing"], "addresses": ["ada@example.com", "bob@example.com"]}
    office.client.put(
        "/api/notifications", json=body, headers=inside(office, bob)
    ).raise_for_status()
    with transaction(office.context.engine) as session:
        if way == "left":
            membership = Member.workspace_id == office.account.workspace_id
            session.execute(delete(Member).where(membership, Member.user_id == bob.id))
        else:
            session.get_one(User, bob.id).disabled_at = now()
    office.happen("sync.failing")
    office.work()
    assert [recipient for recipient, _ in mailbox.mails] == ["ada@example.com"]


def test_a_mail_server_that_is_down_delays_mail(office: Office, mailbox: MailServer) -> None:
    choose(office, "sync.failing")
    mailbox.is_broken = True
    office.happen("sync.failing")
    office.work()
    assert mailbox.mails == []
    mailbox.is_broken = False
    office.later(seconds=7)
    office.work()
    assert len(mailbox.mails) == 1


def test_an_address_that_the_server_refuses_is_not_tried_again(
    office: Office, mailbox: MailServer
) -> None:
    choose(office, "sync.failing")
    mailbox.refusals["ada@example.com"] = "550 no such mailbox"
    office.happen("sync.failing")
    office.work()
    office.later(days=2)
    office.work()
    assert len(mailbox.senders) == 1


def test_old_events_are_not_mailed_when_the_mail_server_is_set_at_last(
    office: Office, mailbox: MailServer
) -> None:
    choose(office, "sync.failing")
    office.happen("sync.failing")
    with transaction(office.context.engine) as session:
        session.execute(update(Event).values(created_at=now() - timedelta(days=2)))
    office.work()
    assert mailbox.mails == []


def test_without_a_mail_server_the_api_says_so(
    database_url: str, settings: Settings, office: Office
) -> None:
    from_there = settings.model_copy(update={"smtp_host": None})
    with TestClient(create_app(from_there, database_url)) as client:
        client.headers.update(office.account.basic)
        assert client.get("/api/notifications").json()["mail_available"] is False
        answer = client.put("/api/notifications", json={"events": ["sync.failing"]})
        assert (answer.status_code, answer.json()["code"]) == (409, "mail_not_configured")


def test_an_administrator_sees_whether_mail_works(office: Office, mailbox: MailServer) -> None:
    answer = office.client.post("/api/admin/mail/test", json={})
    assert answer.json() == {
        "recipient": "ada@example.com",
        "sender": "Rowmill <rowmill@data.example.com>",
    }
    ((recipient, message),) = mailbox.mails
    assert (recipient, message["Subject"]) == (
        "ada@example.com",
        "Rowmill: a test of the mail server",
    )
    mailbox.is_broken = True
    failed = office.client.post("/api/admin/mail/test", json={})
    assert (failed.status_code, failed.json()["code"]) == (502, "mail_failed")
    assert "broke off" in failed.json()["detail"]


def test_deliveries_are_kept_for_a_month(
    office: Office, receiver: WebServer, settings: Settings
) -> None:
    webhook = office.webhook(receiver.url, "sync.failing", "sync.recovered")
    office.happen("sync.failing")
    office.work()
    with transaction(office.context.engine) as session:
        session.execute(update(Delivery).values(created_at=now() - timedelta(days=31)))
    office.happen("sync.recovered")
    office.work()
    assert clean_up(office.context).deliveries == 1
    (left,) = office.deliveries(webhook)
    assert left["event"] == "sync.recovered"
    dispatch(office.context)
    assert len(office.deliveries(webhook)) == 1, "what was forgotten is not told again"
    assert settings.keep_deliveries_days == 30
