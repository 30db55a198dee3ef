"""After a restore nothing goes out by itself until that is wanted; then only what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from rowmill.backups.outgoing import told
from rowmill.backups.service import restore
from rowmill.context import Context
from rowmill.encryption import KEY_FILE
from rowmill.settings import Settings
from rowmill.syncs import service as syncs
from tests.factories.destinations import Shop, error_500, open_shop
from tests.factories.feeds import watching
from tests.integration.backups.conftest import MakeSite, Site
from tests.integration.imports.conftest import Inbox
from tests.programs import PASSWORD

AUTH = ("ada@example.com", PASSWORD)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that feeds may watch."""
    folder = tmp_path / "deliveries"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(tmp_path: Path, folder: Path) -> Settings:
    return watching(tmp_path / "here", folder)


def make_sync(inbox: Inbox, shop: Shop) -> None:
    inbox.load("goods", "id,name\n1,Tea\n2,Pot\n", mode="upsert", key="id")
    target = {"kind": "http", "url": shop.url, "path": "/goods"}
    body: dict[str, Any] = {
        "name": "Goods",
        "dataset": "goods",
        "destination": target,
        "schedule": {"interval_seconds": 1},
        "batch_size": 1,
    }
    inbox.client.post("/api/syncs", json=body).raise_for_status()


def run_sync(inbox: Inbox) -> None:
    inbox.client.post("/api/syncs/goods/run").raise_for_status()
    inbox.work()


def restored(here: Site, make_site: MakeSite, archive: Path, *, resume: bool) -> Site:
    """Another installation with the same settings, and the key of this one."""
    here.back_up(archive)
    empty = make_site("there")
    changed = {"data_dir": empty.settings.data_dir}
    there = Site(here.settings.model_copy(update=changed), empty.url)
    restore(there.settings, there.url, archive, lambda _done, _all: None, resume=resume)
    if (here.settings.data_dir / KEY_FILE).exists():
        shutil.copy(here.settings.data_dir / KEY_FILE, there.settings.data_dir / KEY_FILE)
    return there


def go_on(site: Site) -> None:
    """As a worker would: what is due is enqueued and done."""
    context = Context.open(site.settings, site.url)
    syncs.enqueue_due(context)
    context.close()
    site.work()


def test_a_restored_copy_rests_and_sends_nothing(
    tmp_path: Path, inbox: Inbox, here: Site, make_site: MakeSite
) -> None:
    hook = {"name": "Hook", "url": "https://hooks.invalid/in", "events": ["*"]}
    inbox.client.post("/api/webhooks", json=hook).raise_for_status()
    with open_shop() as shop:
        make_sync(inbox, shop)
        inbox.client.post("/api/syncs/goods/run").raise_for_status()  # a run that is under way
        there = restored(here, make_site, tmp_path / "all.tar", resume=False)
        go_on(there)
        assert shop.requests == []
        assert "Paused: 1 syncs, 1 webhooks." in told(there.url)

        with there.running() as client:
            sync = client.get("/api/syncs/goods", auth=AUTH).json()
            (run,) = client.get("/api/syncs/goods/runs", auth=AUTH).json()["items"]
            assert (sync["state"], run["outcome"]) == ("paused", "stopped")
            client.post("/api/syncs/goods/resume", auth=AUTH).raise_for_status()
        go_on(there)
        assert sorted(shop.state) == [1, 2]


def test_what_was_acknowledged_before_the_backup_is_not_sent_again(
    tmp_path: Path, inbox: Inbox, here: Site, make_site: MakeSite
) -> None:
    with open_shop() as shop:
        make_sync(inbox, shop)
        run_sync(inbox)
        assert len(shop.sent()) == 2
        there = restored(here, make_site, tmp_path / "all.tar", resume=True)
        assert told(there.url) == ""
        go_on(there)
        assert len(shop.sent()) == 2


def test_a_delivery_that_was_half_done_at_the_backup_is_completed(
    tmp_path: Path, inbox: Inbox, here: Site, make_site: MakeSite
) -> None:
    with open_shop() as shop:
        make_sync(inbox, shop)
        shop.failures = [error_500] * 20
        run_sync(inbox)
        there = restored(here, make_site, tmp_path / "all.tar", resume=True)
        shop.failures = []
        with there.running() as client:
            client.post("/api/syncs/goods/run", auth=AUTH).raise_for_status()
        there.work()
        with there.running() as client:
            sync = client.get("/api/syncs/goods", auth=AUTH).json()

    assert sorted(shop.state) == [1, 2]
    assert all(len(bodies) == 1 for bodies in shop.bodies_by_key.values())
    assert (sync["pending"], sync["state"]) == (0, "ok")


def test_files_that_came_in_before_the_backup_are_not_fetched_again(
    tmp_path: Path, inbox: Inbox, here: Site, make_site: MakeSite, folder: Path
) -> None:
    (folder / "sales_1.csv").write_text("id\n1\n")
    feed = {
        "name": "In",
        "source": {"kind": "folder", "folder": str(folder)},
        "rules": [{"pattern": "*.csv", "dataset": "sales"}],
        "stable_seconds": 0,
    }
    inbox.client.post("/api/feeds", json=feed).raise_for_status()
    inbox.client.post("/api/feeds/in/run").raise_for_status()
    inbox.work()
    there = restored(here, make_site, tmp_path / "all.tar", resume=True)
    (folder / "sales_2.csv").write_text("id\n2\n")

    with there.running() as client:
        run = client.post("/api/feeds/in/run", auth=AUTH).raise_for_status().json()["run"]
        there.work()
        ended = client.get(f"/api/feeds/in/runs/{run['id']}", auth=AUTH).json()

    assert (ended["files_found"], ended["files_fetched"]) == (2, 1)
