"""Changes applied to a table of a real PostgreSQL, each exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import SyncBatch, new_id
from tests.databases import on_database
from tests.factories.postgres_ports import postgres_port
from tests.factories.webservers import certificate
from tests.integration.syncs.conftest import Desk, Json

FIRST = "id,name,price,day\n1,Tea,2.50,2026-01-31\n2,,3.10,\n"


@dataclass
class Warehouse:
    """A database of its own, which a sync delivers to."""

    desk: Desk
    url: str
    port: int

    def make(self, **changed: Any) -> Json:
        parameters = psycopg.conninfo.conninfo_to_dict(self.url)
        target = {
            "kind": "postgresql",
            "host": "127.0.0.1",
            "port": self.port,
            "database": parameters["dbname"],
            "username": parameters.get("user", "postgres"),
            "table": "goods",
            **changed,
        }
        body = {"name": "Goods", "dataset": "goods", "destination": target}
        changes = ["insert", "update", "delete"]
        secrets = {"password": str(parameters.get("password") or "none")}
        answer = self.desk.client.post(
            "/api/syncs", json={**body, "changes": changes, "secrets": secrets}
        )
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def rows(self) -> list[tuple[Any, ...]]:
        return self.execute("SELECT id, name, price::text, day::text FROM goods ORDER BY id")


@pytest.fixture
def warehouse(desk: Desk, postgres_url: str) -> Iterator[Warehouse]:
    name = f"target_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        with postgres_port(postgres_url) as port:
            yield Warehouse(desk, on_database(postgres_url, name), port)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_the_table_is_made_and_follows_the_dataset(desk: Desk, warehouse: Warehouse) -> None:
    desk.load(FIRST)
    warehouse.make()
    found = desk.client.post("/api/syncs/test", json={"sync": "goods"}).json()
    assert found["ok"], found
    first = desk.run()
    before = warehouse.rows()
    desk.load("id,name,price,day\n1,Tea,2.75,2026-01-31\n3,Pot,9,2026-02-01\n", mode="replace")
    second = desk.run()

    assert (first["outcome"], second["outcome"]) == ("delivered", "delivered"), (first, second)
    assert before == [(1, "Tea", "2.50", "2026-01-31"), (2, None, "3.10", None)]
    assert warehouse.rows() == [(1, "Tea", "2.75", "2026-01-31"), (3, "Pot", "9.00", "2026-02-01")]
    assert warehouse.execute("SELECT version FROM rowmill_syncs") == [(second["until"],)]


def test_a_batch_that_was_applied_already_is_not_applied_again(
    desk: Desk, warehouse: Warehouse, context: Context
) -> None:
    desk.load(FIRST)
    sync = warehouse.make()
    desk.run()
    warehouse.execute("UPDATE goods SET name = 'changed there'")
    (batch,) = desk.items("batches")
    with transaction(context.engine) as session:  # as a kill before the acknowledgement leaves it
        session.add(
            SyncBatch(
                id=new_id(),
                workspace_id=UUID(desk.client.get("/api/me").json()["workspace"]["id"]),
                sync_id=UUID(sync["id"]),
                first=0,
                record_count=1,
                operation="write",
                idempotency_key=batch["idempotency_key"],
                records='insert\t["1"]\t{"id":1,"name":"again"}\n',
            )
        )
    assert desk.run()["outcome"] == "delivered"
    assert {row[1] for row in warehouse.rows()} == {"changed there"}


def test_a_record_that_the_table_refuses_is_set_aside(desk: Desk, warehouse: Warehouse) -> None:
    warehouse.execute(
        "CREATE TABLE goods (id int PRIMARY KEY, name text NOT NULL, price numeric, day date)"
    )
    desk.load(FIRST)
    warehouse.make(create_table=False)
    run = desk.run()
    (reject,) = desk.items("rejects")

    assert run["outcome"] == "delivered", run
    assert warehouse.rows() == [(1, "Tea", "2.50", "2026-01-31")]
    assert (reject["record"]["id"], "not-null" in reject["answer"]["message"]) == (2, True)


def test_a_server_is_known_by_its_certificate(
    desk: Desk, warehouse: Warehouse, postgres_url: str, tmp_path: Path
) -> None:
    desk.load(FIRST)
    made = certificate(tmp_path, "127.0.0.1")
    (tmp_path / "other").mkdir()
    other = certificate(tmp_path / "other", "127.0.0.1").path.read_text()
    verified = {"tls": "verify-full", "ca_certificate": made.path.read_text()}
    with postgres_port(postgres_url, made.context) as port:
        for changed, told in (
            ({"tls": "verify-full"}, "certificate verify failed"),
            ({**verified, "ca_certificate": other}, "certificate verify failed"),
            ({**verified, "host": "localhost"}, "does not match"),
        ):
            slug = warehouse.make(port=port, **changed)["slug"]
            run = desk.run(slug)
            assert (run["outcome"], told in run["error"]["message"]) == ("failing", True), run
        for changed in (verified, {"tls": "require"}, {}):
            slug = warehouse.make(port=port, **changed)["slug"]
            assert desk.run(slug)["outcome"] == "delivered"
    assert [row[1] for row in warehouse.rows()] == ["Tea", None]


def test_a_certificate_that_is_none_is_refused(desk: Desk, warehouse: Warehouse) -> None:
    desk.load(FIRST)
    target = {"kind": "postgresql", "host": "h", "database": "d", "username": "u", "table": "t"}
    for changed in ({"tls": "verify-full", "ca_certificate": "x"}, {"ca_certificate": "x"}):
        body = {"name": "Goods", "dataset": "goods", "destination": {**target, **changed}}
        answer = warehouse.desk.client.post("/api/syncs", json=body)
        assert (answer.status_code, "certificate" in answer.text) == (422, True)


def test_what_is_wrong_with_the_destination_is_said_plainly(
    desk: Desk, warehouse: Warehouse
) -> None:
    desk.load(FIRST)
    warehouse.make(database="nowhere")
    run = desk.run()
    assert (run["outcome"], '"nowhere" does not exist' in run["error"]["message"]) == (
        "failing",
        True,
    )
    warehouse.execute("CREATE TABLE goods (id int, name text, price numeric, day date)")
    made = warehouse.make(create_table=False)
    run = desk.run(made["slug"])
    assert "unique index" in run["error"]["message"]
