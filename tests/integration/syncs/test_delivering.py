"""What a run delivers: what has changed, once it is acknowledged never again, and in order."""

from __future__ import annotations

import base64
import time

import pytest

from rowmill.syncs.destinations.http import signature
from tests.factories.destinations import (
    PASSWORD,
    TOKEN,
    Failure,
    Shop,
    error_500,
    error_500_after_all,
    garbage,
    no_answer,
    no_http,
    reset_before,
    reset_mid_body,
    slow_drip,
    too_many,
)
from tests.integration.syncs.conftest import Desk

FIRST = "id,name,price\n1,Tea,2.50\n2,Cup,3.10\n"


def test_everything_is_sent_first_and_then_what_has_changed(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    desk.make(shop, target={"envelope": "goods"})
    first = desk.run()
    desk.load("id,name,price\n2,Cup,3.20\n3,Pot,9\n")
    second = desk.run()

    assert (first["outcome"], second["outcome"]) == ("delivered", "delivered")
    assert [(r.method, r.path, r.records()) for r in shop.requests] == [
        (
            "POST",
            "/goods",
            [{"id": 1, "name": "Tea", "price": 2.5}, {"id": 2, "name": "Cup", "price": 3.1}],
        ),
        (
            "POST",
            "/goods",
            [{"id": 2, "name": "Cup", "price": 3.2}, {"id": 3, "name": "Pot", "price": 9.0}],
        ),
    ]
    assert shop.requests[0].body.startswith(b'{"goods":[{"id":1,"name":"Tea","price":2.50}')
    assert first["counts"] == {"batches": 1, "records": 2, "rejected": 0, "attempts": 1}
    assert desk.get()["watermark"] == second["until"]
    assert desk.events() == ["sync.created", "sync.delivered", "sync.delivered"]


def test_nothing_pending_means_no_request_at_all(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    desk.make(shop)
    desk.run()
    desk.load(FIRST, mode="replace")
    desk.load("id\n1\n", dataset="others")

    assert desk.run()["outcome"] == "nothing"
    assert len(shop.requests) == 1


def test_batches_are_bounded_and_deletes_go_by_themselves(desk: Desk, shop: Shop) -> None:
    desk.load("id\n1\n2\n3\n4\n5\n")
    desk.make(shop, changes=["insert", "delete"], batch_size=2, target={"body": "array"})
    desk.run()
    desk.load("id\n1\n9\n", mode="replace")
    desk.run()

    assert [(r.method, [x["id"] for x in r.records()]) for r in shop.requests] == [
        ("POST", [1, 2]),
        ("POST", [3, 4]),
        ("POST", [5]),
        ("POST", [9]),
        ("DELETE", [2, 3]),
        ("DELETE", [4, 5]),
    ]
    assert sorted(shop.state) == [1, 9]


def test_fields_are_chosen_renamed_and_added(desk: Desk, shop: Shop) -> None:
    desk.load("id,name,note\n1,Tea,x\n")
    fields = [
        {"name": "title", "column": "Name"},
        {"name": "origin", "value": "rowmill"},
        {"name": "id", "column": "id"},
        {"name": "kind", "column": "_change"},
    ]
    desk.make(shop, fields=fields, target={"body": "lines"})
    desk.run()
    desk.load("id,name,note\n1,Tea,y\n")
    unseen = desk.run()

    assert shop.requests[0].records() == [
        {"title": "Tea", "origin": "rowmill", "id": 1, "kind": "insert"}
    ]
    assert unseen["outcome"] == "nothing"  # the note is not among the fields
    bad = {"name": "x", "dataset": "goods", "fields": [{"name": "a", "column": "nmae"}]}
    target = {"kind": "http", "url": shop.url}
    refused = desk.client.post("/api/syncs", json={**bad, "destination": target})
    assert refused.status_code == 422
    assert "Did you mean 'name'?" in refused.json()["detail"]


def test_one_record_per_request_has_its_own_address(desk: Desk, shop: Shop) -> None:
    desk.load("id,name\n1,a/b\n2,c\n")
    target = {"body": "record", "path": "/goods/{name}", "method": "PUT"}
    desk.make(shop, target=target, changes=["insert", "update", "delete"])
    desk.run()
    desk.load("id,name\n1,a/b\n", mode="replace")
    desk.run()

    assert [(r.method, r.path) for r in shop.requests] == [
        ("PUT", "/goods/a%2Fb"),
        ("PUT", "/goods/c"),
        ("DELETE", "/goods/c"),
    ]


def test_a_sync_may_begin_with_the_changes_from_now_on(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    desk.make(shop, start="now")
    assert desk.run()["outcome"] == "nothing"
    desk.load("id,name,price\n3,Pot,9\n")
    desk.run()
    assert [record["id"] for request in shop.requests for record in request.records()] == [3]


def test_it_logs_in_once_and_again_when_the_token_has_expired(desk: Desk, shop: Shop) -> None:
    shop.needs_login = True
    desk.load(FIRST)
    auth = {"kind": "login", "username": "rowmill"}
    desk.make(shop, target={"auth": auth}, secrets={"password": PASSWORD}, batch_size=1)
    shop.failures = [
        lambda handler, request: handler.log_in(request),
        lambda handler, request: handler.answer(401) if handler.shop.take(request) else None,
    ]
    assert desk.run()["outcome"] == "delivered"
    assert [request.path for request in shop.requests] == [
        "/auth", "/goods", "/auth", "/goods", "/goods",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "failure",
    [error_500, error_500_after_all, reset_before, reset_mid_body, no_answer, slow_drip, no_http,
     too_many],
)  # fmt: skip
def test_a_failure_is_followed_by_the_same_request(
    desk: Desk, shop: Shop, failure: Failure
) -> None:
    desk.load(FIRST)
    desk.make(shop, target={"timeout_seconds": 1})
    shop.failures = [failure]
    run = desk.run()

    assert run["outcome"] == "delivered", run
    first, second = shop.requests
    assert (first.key, first.body) == (second.key, second.body)
    assert len(first.key) >= 32
    assert sorted(shop.state) == [1, 2]


def test_a_success_counts_by_its_status_unless_json_is_demanded(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    shop.failures = [garbage]
    desk.make(shop)
    assert desk.run()["counts"]["attempts"] == 1

    shop.failures = [garbage]
    desk.make(shop, name="Strict", target={"expect_json": True})
    assert desk.run("strict")["counts"]["attempts"] == 2


def test_a_destination_that_is_down_delays_and_loses_nothing(desk: Desk, shop: Shop) -> None:
    desk.load(FIRST)
    desk.make(shop)
    shop.failures = [error_500] * 5
    down = desk.run()
    failing = desk.get()
    desk.load("id,name,price\n2,Cup,4\n")
    shop.failures = [error_500]
    probe = desk.run()
    up = desk.run()

    assert (down["outcome"], down["error"]["status"]) == ("failing", 500)
    assert (failing["state"], failing["pending"], failing["error"]["body"]) == (
        "failing", 2, "Oh no.",
    )  # fmt: skip
    assert probe["counts"]["attempts"] == 1  # half open: one request tells
    assert (up["outcome"], desk.get()["state"], desk.get()["error"]) == ("delivered", "ok", None)
    assert shop.state[2]["price"] == 4
    assert desk.events() == [
        "sync.created", "sync.failing", "sync.recovered", "sync.delivered", "sync.delivered",
    ]  # fmt: skip


@pytest.mark.parametrize("status", [401, 403, 404, 405, 302])
def test_trouble_that_only_a_person_can_mend_stops_at_once(
    desk: Desk, shop: Shop, status: int
) -> None:
    desk.load(FIRST)
    secret = "a very secret token"
    desk.make(shop, target={"auth": {"kind": "bearer"}}, secrets={"token": secret})
    shop.failures = [lambda handler, _: handler.answer(status, f"{secret}?".encode(), Location="/")]
    run = desk.run()

    assert (run["outcome"], run["counts"]["attempts"]) == ("failing", 1)
    assert run["error"]["body"] == "•••?"
    mended = desk.patch(secrets={"token": TOKEN})
    assert (mended["secrets"], mended["state"]) == ({"token": True}, "failing")
    assert desk.run()["outcome"] == "delivered"
    assert shop.requests[-1].headers["authorization"] == f"Bearer {TOKEN}"
    assert desk.get()["state"] == "ok"


def test_each_way_of_signing_in_is_seen_at_the_destination(desk: Desk, shop: Shop) -> None:
    desk.load("id\n1\n")
    for auth, secrets in (
        ({"kind": "basic", "username": "ada"}, {"password": "pässword"}),
        ({"kind": "hmac"}, {"signing_key": "key"}),
        ({"kind": "none"}, {"header:X-Api-Key": "abc"}),
    ):
        desk.make(shop, name=auth["kind"], target={"auth": auth}, secrets=secrets)
        assert desk.run(auth["kind"])["outcome"] == "delivered"

    basic, signed, plain = shop.requests
    user, _, password = base64.b64decode(basic.headers["authorization"][6:]).partition(b":")
    assert (user, password.decode()) == (b"ada", "pässword")
    moment = int(signed.headers["x-rowmill-signature"].split(",")[0].removeprefix("t="))
    assert signed.headers["x-rowmill-signature"] == signature("key", signed.body, moment)
    assert abs(moment - time.time()) < 60
    assert plain.headers["x-api-key"] == "abc"
