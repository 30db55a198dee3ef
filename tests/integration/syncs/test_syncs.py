"""Syncs as a client makes, changes, tries, pauses and deletes them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from sqlalchemy import text

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.syncs import service
from tests.factories.destinations import PASSWORD, Shop
from tests.integration.syncs.conftest import Desk, Json

FIRST = "id,name\n1,Tea\n2,Cup\n"
LOGIN = {"auth": {"kind": "login", "username": "rowmill"}}


def refused(desk: Desk, **changed: Any) -> Json:
    target = {"kind": "http", "url": "https://shop.example.com"}
    body = {"name": "Goods", "dataset": "goods", "destination": target, **changed}
    answer = desk.client.post("/api/syncs", json=body)
    assert answer.status_code in {404, 409, 422}, answer.text
    problem: Json = answer.json()
    return problem


def test_a_secret_is_taken_and_never_given_back(desk: Desk, shop: Shop, context: Context) -> None:
    desk.load(FIRST)
    made = desk.make(shop, target=LOGIN, secrets={"password": PASSWORD, "header:X-Key": "abcdef"})
    answers = [
        desk.client.get(path).text
        for path in ("/api/syncs", "/api/syncs/goods", "/api/activity?limit=100")
    ]

    assert made["secrets"] == {"password": True, "header:X-Key": True}
    assert not any(PASSWORD in answer or "abcdef" in answer for answer in answers)
    with transaction(context.engine) as session:
        stored = str(session.execute(text("SELECT s.* FROM syncs AS s")).all())
    assert PASSWORD not in stored
    assert desk.patch(name="Wares")["secrets"] == made["secrets"]
    assert desk.patch(secrets={"password": None})["secrets"] == {"header:X-Key": True}


def test_what_cannot_work_is_refused_with_the_field(desk: Desk) -> None:
    desk.load(FIRST)
    http = {"kind": "http", "url": "https://shop.example.com"}
    for changed, part in (
        ({"destination": {"kind": "http", "url": "ftp://x"}}, "http"),
        ({"destination": {**http, "auth": {"kind": "basic"}}}, "username"),
        ({"destination": {**http, "headers": {"Host": "x"}}}, "Host"),
        ({"destination": {"kind": "smoke"}}, "smoke"),
        ({"destination": {**http, "path": "/a b"}}, "path"),
        ({"fields": [{"name": "a\x00", "column": "id"}]}, "zero character"),
        ({"secrets": {"pasword": "x"}}, "pasword"),
        ({"schedule": {"cron": "61 * * * *"}}, "minute"),
        ({"slug": "No Slug"}, "slug"),
        ({"dataset": "none"}, "dataset"),
        ({"template": "products"}, "dataset"),
        ({"batch_size": 0}, "batch_size"),
    ):
        problem = refused(desk, **changed)
        assert part in f"{problem['detail']} {problem.get('errors')}", problem


def test_two_syncs_have_two_slugs(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    assert (desk.make(shop)["slug"], desk.make(shop)["slug"]) == ("goods", "goods-2")
    assert refused(desk, slug="goods-2")["code"] == "sync_slug_taken"


def test_a_change_of_what_somebody_else_changed_is_refused(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    desk.make(shop)
    tag = desk.client.get("/api/syncs/goods").headers["ETag"]
    for status in (200, 412):
        headers = {"If-Match": tag}
        answer = desk.client.patch("/api/syncs/goods", json={"name": "New"}, headers=headers)
        assert answer.status_code == status


def test_the_schedule_runs_it_and_a_pause_stops_it(
    desk: Desk, shop: Shop, context: Context
) -> None:
    desk.load(FIRST)
    desk.make(shop, schedule={"interval_seconds": 600})
    service.enqueue_due(context)
    service.enqueue_due(context)
    desk.work()

    (run,) = desk.items("runs")
    assert (run["reason"], run["outcome"]) == ("schedule", "delivered")
    assert desk.get()["next_run_at"] > desk.get()["delivered_at"]
    desk.client.post("/api/syncs/goods/resume").raise_for_status()
    paused = desk.client.post("/api/syncs/goods/pause").raise_for_status().json()
    assert (paused["state"], paused["paused"]) == ("paused", True)
    service.enqueue_due(context)
    desk.load("id,name\n3,Pot\n")
    desk.work()
    assert len(desk.items("runs")) == 1
    assert desk.run()["outcome"] == "delivered"  # on demand it runs all the same


def test_a_destination_that_failed_is_tried_again_by_itself(
    desk: Desk, shop: Shop, context: Context
) -> None:
    desk.load(FIRST)
    desk.make(shop)
    shop.failures = [lambda handler, _: handler.answer(503, Retry_After="3600")]
    run = desk.run()
    assert (run["outcome"], len(shop.requests)) == ("delayed", 1)
    service.enqueue_due(context)
    assert len(desk.items("runs")) == 1  # not before the hour that it asked for

    with transaction(context.engine) as session:
        session.execute(text("UPDATE syncs SET retry_at = now()"))
    service.enqueue_due(context)
    desk.work()
    assert [found["reason"] for found in desk.items("runs")] == ["retry", "request"]
    assert sorted(shop.state) == [1, 2]


def test_a_preview_shows_what_would_be_sent_and_sends_nothing(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    desk.make(shop)
    desk.run()
    desk.load("id,name\n2,Mug\n3,Pot\n")
    seen = desk.client.post("/api/syncs/goods/preview").raise_for_status().json()

    assert seen["counts"] == {"insert": 1, "update": 1, "delete": 0}
    assert seen["records"] == [{"id": 2, "name": "Mug"}, {"id": 3, "name": "Pot"}]
    assert len(shop.requests) == 1


def test_a_destination_is_tried_before_it_is_saved(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    target = {"kind": "http", "url": shop.url, **LOGIN}

    def found(**body: Any) -> tuple[bool, str]:
        answer = desk.client.post("/api/syncs/test", json=body).raise_for_status().json()
        return answer["ok"], answer["message"]

    assert found(destination=target, secrets={"password": PASSWORD})[0]
    wrong = found(destination=target, secrets={"password": "wrong"})
    assert (wrong[0], "refused (status 401)" in wrong[1]) == (False, True)
    nowhere = {**target, "url": "http://10.1.2.3:9"}
    private = found(destination=nowhere, secrets={"password": PASSWORD})[1]
    assert "ROWMILL_ALLOW_PRIVATE_HOSTS" in private
    desk.make(shop, target=LOGIN, secrets={"password": PASSWORD})
    assert found(sync="goods")[0]
    elsewhere = found(sync="goods", destination={**target, "url": f"{shop.url}/other"})
    assert "secret 'password' is missing" in elsewhere[1]  # it is for its own host alone


def test_a_sync_that_is_deleted_leaves_nothing(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    desk.make(shop)
    desk.run()
    assert desk.client.delete("/api/syncs/goods").status_code == 204
    assert desk.client.get("/api/syncs/goods").status_code == 404
    assert desk.events()[-1] == "sync.deleted"


def test_a_deleted_dataset_is_said_to_be_gone(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    desk.make(shop)
    desk.client.delete("/api/datasets/goods").raise_for_status()
    run = desk.run()
    assert (run["outcome"], run["error"]["code"]) == ("failing", "dataset_gone")


def test_where_the_last_version_is_gone_everything_is_sent_and_said_so(
    desk: Desk, shop: Shop, context: Context
) -> None:
    desk.load(FIRST)
    desk.make(shop)
    first = desk.run()
    desk.load("id,name\n2,Mug\n")
    workspace_id = UUID(desk.client.get("/api/me").json()["workspace"]["id"])
    with context.lakes.writer(workspace_id) as writer:
        writer._call("ducklake_expire_snapshots", f"versions => [{first['until']}]")
    run = desk.run()

    assert run["is_complete"]
    assert [record["id"] for record in shop.requests[-1].records()] == [1, 2]


def test_nobody_else_sees_a_sync(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    desk.make(shop)
    client: TestClient = desk.client
    other = {"email": "eve@example.com", "password": "correct horse battery"}
    assert client.post("/api/register", json=other).status_code == 201
    for path in ("", "/runs", "/batches", "/rejects"):
        assert client.get(f"/api/syncs/goods{path}").status_code == 404


def test_secrets_do_not_follow_to_another_host(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    desk.make(shop, target=LOGIN, secrets={"password": PASSWORD})
    other = {"kind": "http", "url": "https://elsewhere.example.com", **LOGIN}
    refused = desk.client.patch("/api/syncs/goods", json={"destination": other})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "secrets")
    assert desk.patch(destination=other, secrets={"password": "new"})["secrets"] == {
        "password": True
    }


def test_a_path_never_becomes_part_of_the_host(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    made = desk.make(shop, target={"path": ".evil.example/goods"})
    desk.run()
    assert made["destination"]["path"] == "/.evil.example/goods"
    assert shop.requests[0].path == "/.evil.example/goods"
