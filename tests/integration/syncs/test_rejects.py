"""A record that the destination refuses is found, set aside and mended; the others arrive."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.destinations import Shop
from tests.integration.syncs.conftest import Desk, Json


def rows(*ids: int, name: str = "x") -> str:
    return "id,name\n" + "".join(f"{i},{name}\n" for i in ids)


def refuse(desk: Desk, shop: Shop, *ids: int, name: str = "x") -> None:
    """Thirty goods, of which the shop refuses some while they have that name."""
    shop.refuses = lambda record: record["id"] in ids and record["name"] == name
    desk.load(rows(*range(30)))
    desk.make(shop)
    desk.run()


def post(desk: Desk, reject: Json, what: str, **body: Any) -> Any:
    return desk.client.post(f"/api/syncs/goods/rejects/{reject['id']}/{what}", json=body)


def test_the_bad_records_are_found_and_all_others_arrive(desk: Desk, shop: Shop) -> None:
    refuse(desk, shop, 7, 8, 23)
    run = desk.items("runs")[0]
    rejects = desk.items("rejects")

    assert sorted(shop.state) == [i for i in range(30) if i not in {7, 8, 23}]
    assert run["outcome"] == "delivered"
    assert (run["counts"]["records"], run["counts"]["rejected"]) == (27, 3)
    assert [reject["record"] for reject in reversed(rejects)] == [
        {"id": i, "name": "x"} for i in (7, 8, 23)
    ]
    assert rejects[0]["answer"]["body"] == '{"detail": "A record is bad."}'
    assert (desk.get()["open_rejects"], desk.get()["pending"]) == (3, 0)
    assert len(shop.requests) < 30
    assert desk.events().count("sync.record_rejected") == 3
    assert desk.run()["outcome"] == "nothing"  # what is set aside holds nothing up


def test_a_mended_record_is_sent_and_its_reject_is_done(desk: Desk, shop: Shop) -> None:
    refuse(desk, shop, 7)
    (reject,) = desk.items("rejects")

    answer = post(desk, reject, "resend", record={"id": 7, "name": "mended"})
    assert (answer.status_code, answer.json()["status"]) == (202, "resending")
    assert post(desk, reject, "resend").status_code == 409
    desk.work()

    assert shop.state[7] == {"id": 7, "name": "mended"}
    assert desk.items("rejects")[0]["status"] == "delivered"
    assert desk.items("rejects", status="open") == []


def test_a_record_that_is_refused_again_stays_open(desk: Desk, shop: Shop) -> None:
    refuse(desk, shop, 7)
    (reject,) = desk.items("rejects")
    post(desk, reject, "resend")
    desk.work()
    assert [found["status"] for found in desk.items("rejects")] == ["open"]

    assert post(desk, reject, "discard").json()["status"] == "discarded"
    assert post(desk, reject, "discard").status_code == 409
    assert 7 not in shop.state


def test_a_later_change_of_the_row_replaces_the_reject(desk: Desk, shop: Shop) -> None:
    refuse(desk, shop, 7, 8)
    desk.load(rows(7, name="good"))
    desk.run()

    assert shop.state[7]["name"] == "good"
    found = {reject["record"]["id"]: reject["status"] for reject in desk.items("rejects")}
    assert found == {7: "superseded", 8: "open"}


def test_a_mended_record_never_overtakes_a_later_change(desk: Desk, shop: Shop) -> None:
    refuse(desk, shop, 7)
    (reject,) = desk.items("rejects")
    desk.load(rows(7, name="later"))
    post(desk, reject, "resend", record={"id": 7, "name": "mended"})
    desk.work()

    names = [r["name"] for q in shop.requests for r in q.records() if r["id"] == 7]
    assert names[-2:] == ["mended", "later"]
    assert shop.state[7]["name"] == "later"


def test_a_batch_that_is_too_large_is_halved(desk: Desk, shop: Shop) -> None:
    desk.load(rows(*range(10)))
    desk.make(shop)
    shop.failures = [lambda handler, _: handler.answer(413)]
    desk.run()
    assert [len(request.records()) for request in shop.requests] == [10, 5, 5]
    statuses = [batch["status"] for batch in reversed(desk.items("batches"))]
    assert statuses == ["split", "delivered", "delivered"]


@pytest.mark.slow
def test_where_all_is_refused_it_is_the_form_and_not_each_record(desk: Desk, shop: Shop) -> None:
    shop.refuses = lambda _: "wrapped" not in shop.requests[-1].body.decode()
    desk.load(rows(*range(60)))
    desk.make(shop, target={"envelope": "wrong"})
    run = desk.run()
    assert (run["outcome"], run["error"]["code"]) == ("failing", "all_refused")
    assert len(desk.items("rejects")) == 20

    right = {"kind": "http", "url": shop.url, "path": "/goods", "envelope": "wrapped"}
    desk.patch(destination=right)
    assert desk.run()["outcome"] == "delivered"
    assert sorted(shop.state) == list(range(60))
    assert desk.items("rejects", status="open") == []
