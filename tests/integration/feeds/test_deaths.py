"""Workers that die in the middle of a run: nothing is lost, nothing comes in twice."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import procrastinate
import psycopg
import pytest

from rowmill import jobs
from rowmill.feeds import service
from rowmill.settings import Settings
from rowmill.store import DRAFTS
from tests.integration.feeds.conftest import SALES, Feeds, begun_reads

BIG = b"id,text\n" + b"".join(b"%d,%s\n" % (n, b"x" * 90) for n in range(60_000))
STEPS = [
    ("rowmill.feeds.looking:_note", "after", 1),
    ("rowmill.files.receiving:Intake.keep", "after", 2),
    ("rowmill.feeds.fetching:Fetcher._record", "after", 2),
    ("rowmill.feeds.importing:_submit", "after", 2),
    ("rowmill.feeds.running:_end", "before", 1),
    ("rowmill.feeds.running:_end", "after", 1),
    ("rowmill.imports.running:_commit", "after", 2),
]


def die(feeds: Feeds, place: str, moment: str, count: int) -> None:
    """Let a worker begin, and die there; then its jobs go back to the queue."""
    settings = feeds.context.settings
    told = {
        "place": place,
        "moment": moment,
        "count": count,
        "database_url": feeds.database_url,
        "settings": {
            "data_dir": str(settings.data_dir),
            "min_free_bytes": 0,
            "feed_folders": [str(feeds.folder)],
            **stored_in(settings),
        },
    }
    command = [sys.executable, "-m", "tests.integration.feeds.dying", json.dumps(told)]
    ended = subprocess.run(command, check=False, capture_output=True, timeout=60)
    assert ended.returncode == 9, ended.stderr.decode()[-2000:]
    with psycopg.connect(feeds.database_url) as connection:
        connection.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
        )
    asyncio.run(_take_over(feeds.database_url))


def stored_in(settings: Settings) -> dict[str, str | None]:
    """Where the installation keeps its objects, where that is a bucket."""
    if settings.s3_secret_access_key is None:
        return {}
    return {
        "storage_url": settings.storage_url,
        "s3_endpoint": settings.s3_endpoint,
        "s3_access_key_id": settings.s3_access_key_id,
        "s3_secret_access_key": settings.s3_secret_access_key.get_secret_value(),
    }


async def _take_over(database_url: str) -> None:
    connector = procrastinate.PsycopgConnector(conninfo=database_url)
    with jobs.queue.replace_connector(connector) as app:
        async with app.open_async():
            await jobs.take_over(app, 5)


@pytest.mark.parametrize(("place", "moment", "count"), STEPS)
def test_a_death_loses_nothing_and_doubles_nothing(
    feeds: Feeds, place: str, moment: str, count: int
) -> None:
    for number in (1, 2, 3):
        feeds.put(f"sales_{number}.csv", SALES.format(number))
    feeds.put("other.txt", "x")
    feeds.make(after={"action": "delete"})
    feeds.client.post("/api/feeds/deliveries/run").raise_for_status()

    die(feeds, place, moment, count)
    feeds.work()
    feeds.work()

    assert [row["id"] for row in feeds.rows("sales")] == [1, 2, 3]
    assert sorted(feeds.states().values()) == ["imported"] * 3 + ["unrecognised"]
    assert len(feeds.imports()) == 3
    assert len(feeds.all_files()) == 4
    assert [path.name for path in feeds.folder.iterdir()] == ["other.txt"]
    assert list(feeds.context.store.list(DRAFTS)) == []


@pytest.mark.parametrize(
    ("place", "moment"),
    [
        ("rowmill.feeds.sources.folder:FolderSource.delete", "after"),
        ("rowmill.feeds.finishing:_note", "after"),
    ],
)
def test_a_death_while_tidying_up_is_made_good(feeds: Feeds, place: str, moment: str) -> None:
    for number in (1, 2):
        feeds.put(f"sales_{number}.csv", SALES.format(number))
    feeds.make(after={"action": "delete"})
    feeds.run(finish=False)
    service.enqueue_due(feeds.context)  # what was imported is to be tidied up now

    die(feeds, place, moment, 1)
    feeds.work()

    assert list(feeds.folder.iterdir()) == []
    assert {item["finish"] for item in feeds.all_files()} == {"done"}
    assert [row["id"] for row in feeds.rows("sales")] == [1, 2]


def test_a_transfer_goes_on_after_a_death_where_it_stopped(
    feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds.put("sales_big.csv", BIG)
    feeds.make()
    feeds.client.post("/api/feeds/deliveries/run").raise_for_status()
    die(feeds, "rowmill.files.receiving:Intake.write", "after", 3)
    read = begun_reads(monkeypatch)
    feeds.work()

    assert read == [3 * 1024 * 1024]
    (item,) = feeds.all_files()
    assert feeds.client.get(f"/api/files/{item['file_id']}/download").content == BIG
