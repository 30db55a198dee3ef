"""Every route as anonymous, owner, stranger, viewer, reading key, disabled user, administrator.

What each of them is to be answered follows from the one table in `access_table`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rowmill.app import create_app
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Member, User, now
from rowmill.settings import Settings
from tests.factories.accounts import PASSWORD, Account, make_key, register
from tests.factories.feeds import add_feed_file
from tests.integration.access_table import TABLE, Kind, Row
from tests.integration.test_routes import ROUTES, Route
from tests.queueing import drain

Headers = dict[str, str]

ALL_THINGS = "{invoice_id}{name}{webhook_id}{sync_id}{feed_id}"


@dataclass
class World:
    """A server with an administrator, an owner of things, and everybody else."""

    client: TestClient
    owner: Account
    actors: dict[str, Headers]
    ready: dict[str, str]

    def things(self, path: str = ALL_THINGS) -> dict[str, str]:
        """New things of the owner's that the path may name, by the name it gives to their ids."""
        owner = self.owner.basic
        answer = self.client.post(
            "/api/upload", files={"file": ("fresh.csv", b"a\n1\n")}, headers=owner
        ).json()
        operation = self.client.post(
            "/api/operations",
            json={"file_id": answer["file_id"], "operation": "dedup"},
            headers=owner,
        ).json()
        login = {"email": self.owner.email, "password": PASSWORD}
        self.client.post("/api/login", json=login)
        self.client.cookies.clear()
        key = self.client.post("/api/keys", json={"name": "x"}, headers=owner).json()
        webhook, delivery = new_webhook(self.client, owner) if "{webhook_id}" in path else ("", "")
        feed = new_feed(self.client, owner) if "{feed_id}" in path else {}
        (session, *_) = self.client.get("/api/sessions", headers=owner).json()["items"]
        return {
            "name": new_template(self.client, owner) if "{name}" in path else "",
            "invoice_id": new_invoice(self.client, owner) if "{invoice_id}" in path else "",
            "dataset": answer["dataset_id"],
            "import_id": answer["import_id"],
            "file_id": answer["file_id"],
            "job_id": answer["job_id"],
            "operation_id": operation["id"],
            "session_id": session["id"],
            "key_id": key["id"],
            "sync_id": new_sync(self.client, owner) if "{sync_id}" in path else "",
            "reject_id": str(uuid4()),
            **feed,
            "webhook_id": webhook,
            "delivery_id": delivery,
            "user_id": str(self.owner.id),
            "workspace_id": str(self.owner.workspace_id),
            "filename": "more.csv",
            "file_name": "result.csv",
            "token": "made-up",
        }

    def status(self, route: Route, row: Row, actor: str, things: dict[str, str]) -> int:
        """What the actor is answered when they ask for the owner's things."""
        if row.after is not None:
            method, path = row.after.split()
            self.client.request(method, path, headers=self.actors[actor])
        answer = self.client.request(
            route.method,
            filled(route.path, things),
            headers=self.actors[actor],
            json=None if row.json is None else filled_values(row.json, things),
            content=row.content,
            params=filled_values(row.params, things),
        )
        self.client.cookies.clear()
        return answer.status_code


def new_template(client: TestClient, headers: Headers) -> str:
    name = f"t{uuid4().hex[:12]}"
    body = {"name": name, "label": name, "columns": [{"name": "x", "label": "X"}]}
    client.post("/api/templates", json=body, headers=headers).raise_for_status()
    return name


def new_invoice(client: TestClient, headers: Headers) -> str:
    line = {"item_number": "1", "quantity": "1", "unit_price": "2"}
    body = {"number": uuid4().hex, "date": "2026-01-31", "lines": [line]}
    made = client.post("/api/invoices", json=body, headers=headers)
    invoice: str = made.raise_for_status().json()["invoice_id"]
    return invoice


def new_webhook(client: TestClient, headers: Headers) -> tuple[str, str]:
    """A webhook, and a delivery to it."""
    body = {"name": "x", "url": "https://hooks.invalid/x", "events": ["*"]}
    made = client.post("/api/webhooks", json=body, headers=headers).raise_for_status().json()
    tested = client.post(f"/api/webhooks/{made['id']}/test", headers=headers)
    return made["id"], tested.raise_for_status().json()["id"]


def new_sync(client: TestClient, headers: Headers) -> str:
    dataset = client.put(
        f"/api/datasets/{uuid4().hex[:12]}x/data", content=b"a\n1\n", headers=headers
    )
    target = {"kind": "http", "url": "http://127.0.0.1:9"}
    body = {"name": "x", "dataset": dataset.json()["dataset_id"], "destination": target}
    made = client.post("/api/syncs", json=body, headers=headers)
    sync: str = made.raise_for_status().json()["id"]
    return sync


def new_feed(client: TestClient, headers: Headers) -> dict[str, str]:
    """A feed, a run of it, and a remote file that failed."""
    source = {"kind": "sftp", "host": "127.0.0.1", "port": 9, "username": "x"}
    body = {"name": "x", "source": source}
    made = client.post("/api/feeds", json=body, headers=headers).raise_for_status().json()
    started = client.post(f"/api/feeds/{made['id']}/run", headers=headers).raise_for_status()
    file_id = add_feed_file(cast("FastAPI", client.app).state.context, UUID(made["id"]))
    run: str = started.json()["run"]["id"]
    return {"feed_id": made["id"], "run_id": run, "feed_file_id": str(file_id)}


def filled(text: str, things: dict[str, str]) -> str:
    """The text with every thing it names; the name itself where the world has no such thing."""
    return re.sub(r"{(\w+)}", lambda found: things[found[1]], text)


def filled_values(values: dict[str, Any], things: dict[str, str]) -> dict[str, Any]:
    return {
        name: filled(value, things) if isinstance(value, str) else value
        for name, value in values.items()
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, module_database_url: str) -> Iterator[World]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("access"),
        min_free_bytes=0,
        rate_limit_published=0,
        login_attempts=10_000,
        registration_attempts=10_000,
        _env_file=None,
    )
    app = create_app(settings, module_database_url)
    with TestClient(app, raise_server_exceptions=False) as client:
        app.state.hub.close()  # streams end at once
        made = populated(client, app.state.context)
        drain(module_database_url, app.state.context)
        yield made


def populated(client: TestClient, context: Context) -> World:
    admin, owner, stranger, viewer, disabled = (register(client) for _ in range(5))
    client.cookies.clear()
    reader = make_key(client, owner, scope="read")["key"]
    with transaction(context.engine) as session:
        session.add(Member(workspace_id=owner.workspace_id, user_id=viewer.id, role="viewer"))
        member = Member(workspace_id=owner.workspace_id, user_id=disabled.id, role="owner")
        session.add(member)
        session.get_one(User, disabled.id).disabled_at = now()
    inside = {"Rowmill-Workspace": str(owner.workspace_id)}
    actors = {
        "anonymous": {},
        "owner": owner.basic,
        "stranger": stranger.basic,
        "viewer": viewer.basic | inside,
        "reader": {"Authorization": f"Bearer {reader}"},
        "disabled": disabled.basic | inside,
        "admin": admin.basic,
    }
    made = World(client, owner, actors, {})
    return replace(made, ready=made.things())


def expected(route: Route, row: Row) -> dict[str, int]:
    """What each actor is to be answered."""
    if row.kind is Kind.OPEN:
        return dict.fromkeys(
            ("anonymous", "owner", "stranger", "viewer", "reader", "disabled", "admin"), row.own
        )
    if row.kind is Kind.ADMIN:
        refused = dict.fromkeys(("owner", "stranger", "viewer", "reader"), 403)
        return {"anonymous": 401, "disabled": 401, **refused, "admin": row.own}
    is_foreign = "{" in route.path or row.names_things
    other = row.others or (404 if is_foreign else row.own)
    viewer = {Kind.READ: row.own, Kind.WRITE: 403, Kind.PERSON: other}[row.kind]
    return {
        "anonymous": 401,
        "disabled": 401,
        "stranger": other,
        "admin": other,
        "viewer": viewer,
        "reader": row.own if row.kind is Kind.READ else 403,
        "owner": row.own,
    }


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {str(route) for route in ROUTES} == set(TABLE), "tests/integration/access_table.py"


@pytest.mark.parametrize("route", [one for one in ROUTES if str(one) in TABLE], ids=str)
def test_each_is_let_in_or_not_as_the_table_says(world: World, route: Route) -> None:
    row = TABLE[str(route)]
    things = world.ready if route.method == "GET" else world.things(route.path)
    wanted = expected(route, row)

    # The owner comes last: what they do may remove the thing.
    order = sorted(wanted, key=lambda actor: (actor == "owner", actor))
    found = {actor: world.status(route, row, actor, things) for actor in order}

    assert found == wanted


def test_the_things_are_ready(world: World) -> None:
    status = world.client.get(
        f"/api/datasets/{world.ready['dataset']}/status", headers=world.owner.bearer
    )
    assert status.json()["status"] == "ready"
    assert isinstance(world.client.app, FastAPI)
