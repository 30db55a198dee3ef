"""What a sync would send, before there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rowmill.context import Context
from tests.factories.destinations import Shop
from tests.factories.sftp_servers import PASSWORD, changeable
from tests.integration.syncs.conftest import Desk, Json

FIRST = "id,name\n1,Tea\n2,Cup\n"
TARGET = {"kind": "http", "url": "https://shop.example.com", "path": "/goods"}


def tried(desk: Desk, *, status: int = 200, **wanted: Any) -> Json:
    body = {"dataset": "goods", "destination": TARGET, **wanted}
    answer = desk.client.post("/api/syncs/preview", json=body)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


def test_a_sync_that_is_not_saved_shows_what_it_would_send_and_is_not_saved_by_it(
    desk: Desk, context: Context
) -> None:
    desk.load(FIRST)
    seen = tried(desk, fields=[{"name": "sku", "column": "id"}, {"name": "by", "value": "us"}])

    assert seen["counts"] == {"insert": 2, "update": 0, "delete": 0}
    assert seen["records"] == [{"sku": 1, "by": "us"}, {"sku": 2, "by": "us"}]
    assert desk.client.get("/api/syncs").json()["items"] == []
    assert (desk.events(), list(context.store.list("exports"))) == ([], [])


def test_the_records_of_a_preview_have_the_kind_of_change_where_the_destination_gets_it(
    desk: Desk,
) -> None:
    desk.load("id,name\n1,Tea\n")
    seen = tried(desk, destination={**TARGET, "change_field": "what"})
    assert seen["records"] == [{"id": 1, "name": "Tea", "what": "insert"}]


def test_the_body_of_a_new_sync_can_be_previewed_as_it_is(desk: Desk) -> None:
    desk.load(FIRST)
    seen = tried(
        desk,
        name="Goods",
        slug="goods",
        schedule={"interval_seconds": 600},
        batch_size=5,
        changes=["delete"],
        secrets={"header:X-Key": "abc"},
        start="all",
        paused=True,
    )
    assert seen["counts"] == {"insert": 0, "update": 0, "delete": 0}
    assert seen["records"] == []


def test_a_sync_that_begins_now_would_send_nothing_yet(desk: Desk) -> None:
    desk.load(FIRST)
    seen = tried(desk, start="now")
    assert (seen["counts"]["insert"], seen["records"]) == (0, [])


def test_a_template_without_a_dataset_has_nothing_to_send(desk: Desk) -> None:
    seen = tried(desk, dataset=None, template="products")
    assert (seen["version"], seen["records"]) == (None, [])


def test_a_changed_sync_shows_only_what_was_not_delivered_before(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    sync = desk.make(shop)
    desk.run()
    desk.load("id,name\n2,Mug\n")

    seen = tried(desk, sync=sync["id"], fields=[{"name": "title", "column": "name"}])
    assert seen["counts"] == {"insert": 0, "update": 1, "delete": 0}
    assert seen["records"] == [{"title": "Mug"}]
    assert desk.get()["fields"] is None


def test_a_test_tells_the_key_that_a_server_shows_instead_of_the_one_that_is_expected(
    desk: Desk, tmp_path: Path
) -> None:
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGNOtAh7vsa0VHIbWQ5wkXQ0w3Rb3HnmSyQiXc5WQ4pB"
    with changeable(tmp_path / "remote") as server:
        target = {"kind": "sftp", "host": "127.0.0.1", "port": server.port, "username": "ann"}

        def found(host_key: str) -> Json:
            destination = {**target, "host_key": host_key}
            body = {"destination": destination, "secrets": {"password": PASSWORD}}
            answer = desk.client.post("/api/syncs/test", json=body).raise_for_status()
            finding: Json = answer.json()
            return finding

        refused = found(other)
        assert (refused["ok"], refused["code"]) == (False, "host_key_changed")
        assert found(refused["host_key"])["ok"]


def test_a_preview_says_what_is_wrong_with_the_sync(desk: Desk) -> None:
    desk.load(FIRST)
    column = tried(desk, status=422, fields=[{"name": "a", "column": "none"}])
    assert column["errors"][0]["field"] == "fields.0.column"
    secret = tried(desk, status=422, secrets={"pasword": "x"})
    assert secret["errors"][0]["field"] == "secrets.pasword"
    assert tried(desk, status=404, dataset="nothing")["code"] == "not_found"
    assert tried(desk, status=404, sync="nothing")["code"] == "not_found"
