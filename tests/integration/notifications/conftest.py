"""A workspace that tells a receiver what happens in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from rowmill import events
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Delivery, Webhook, now
from rowmill.notifications.dispatching import dispatch
from rowmill.settings import Settings
from tests.factories.accounts import Account, register
from tests.factories.mailservers import MailServer, mail_server
from tests.factories.webservers import WebServer, serving


@dataclass
class Office:
    """What a user sees of a workspace's notifications, with time and the worker at hand."""

    client: TestClient
    context: Context
    account: Account
    drain: Callable[[], None]

    def webhook(self, url: str, *chosen: str, **options: Any) -> Any:
        """A new webhook, as the answer that shows its secret."""
        body = {"name": "Hook", "url": url, "events": list(chosen) or ["*"], **options}
        answer = self.client.post("/api/webhooks", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def happen(self, kind: str, **payload: Any) -> None:
        """An event of the workspace, as a feature appends it."""
        with transaction(self.context.engine) as session:
            events.append(
                session,
                kind,
                workspace_id=self.account.workspace_id,
                subject=kind.partition(".")[0],
                subject_id=self.account.id,
                payload=payload,
                actor_id=self.account.id,
            )

    def work(self) -> None:
        """Do what waits, tell what happened, and send it."""
        self.drain()
        dispatch(self.context)
        self.drain()

    def later(self, **time: float) -> None:
        """Let time pass for what waits to be sent."""
        shift = timedelta(**time)
        with transaction(self.context.engine) as session:
            moved = {"next_attempt_at": Delivery.next_attempt_at - shift}
            session.execute(update(Delivery).values(moved))

    def failing_for(self, **time: float) -> None:
        """Let the receivers fail since so long ago."""
        with transaction(self.context.engine) as session:
            session.execute(update(Webhook).values(failing_since=now() - timedelta(**time)))

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of an address."""
        return self.client.get(path, params=params).raise_for_status().json()

    def deliveries(self, webhook: Any, **params: Any) -> list[dict[str, Any]]:
        """The log of a webhook, oldest first."""
        items: list[dict[str, Any]] = self.get(
            f"/api/webhooks/{webhook['id']}/deliveries", **params
        )["items"]
        return items[::-1]

    def event_kinds(self) -> list[str]:
        """The kinds in the workspace's log, oldest first."""
        items = self.get("/api/activity", limit=1000)["items"]
        return [event["kind"] for event in reversed(items)]

    def upload(self, dataset: str, content: str, **options: str) -> UUID:
        """Send a file, and wait for its import to end."""
        address = f"/api/datasets/{dataset}/data"
        answer = self.client.put(address, content=content.encode(), params=options)
        assert answer.status_code in {200, 201}, answer.text
        self.drain()
        return UUID(answer.json()["import_id"])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """May reach receivers on this machine."""
    allowed = {"allow_private_hosts": ("127.0.0.1",), "public_url": "http://data.example.com/"}
    return settings.model_copy(update=allowed)


@pytest.fixture
def receiver() -> Iterator[WebServer]:
    """A server that webhooks go to."""
    with serving() as server:
        yield server


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as server:
        yield server


@pytest.fixture
def office(client: TestClient, context: Context, work: Callable[[], None]) -> Office:
    """The office of a fresh user."""
    account = register(client, "ada@example.com")
    return Office(client, context, account, work)
