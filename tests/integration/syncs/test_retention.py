"""Housekeeping keeps what syncs need."""

from __future__ import annotations

from tests.factories.destinations import Shop
from tests.integration.imports.conftest import inbox
from tests.integration.syncs.conftest import Desk, desk, settings, shop
from tests.integration.test_retention import TWO_DAYS, House, house

__all__ = ["desk", "house", "inbox", "settings", "shop"]


def test_the_version_that_a_sync_compares_with_is_never_expired(
    house: House, desk: Desk, shop: Shop
) -> None:
    desk.load("id,name\n1,a\n2,b\n")
    desk.make(shop)
    desk.run()
    desk.load("id,name\n2,c\n")
    desk.load("id,name\n2,d\n")
    house.age(TWO_DAYS)

    assert house.clean(keep_versions_days=1).versions > 0
    run = desk.run()
    assert not run["is_complete"]
    assert shop.requests[-1].records() == [{"id": 2, "name": "d"}]


def test_what_is_told_of_old_runs_goes_and_the_sync_stays(
    house: House, desk: Desk, shop: Shop
) -> None:
    desk.load("id,name\n1,a\n")
    desk.make(shop)
    desk.run()
    with house.context.engine.begin() as connection:
        for table in ("sync_runs", "sync_batches"):
            connection.exec_driver_sql(
                f"UPDATE {table} SET finished_at = now() - interval '9 days'"
            )

    house.clean(keep_deliveries_days=3)

    assert (desk.items("runs"), desk.items("batches")) == ([], [])
    assert desk.run()["outcome"] == "nothing"
