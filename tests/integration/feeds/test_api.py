"""What a person may say to a feed, what is kept of it, and when it runs by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text, update

from rowmill.db import transaction
from rowmill.feeds import service
from rowmill.models import Feed, now
from tests.integration.feeds.conftest import SALES, Feeds

SFTP = {"kind": "sftp", "host": "sftp.example.com", "username": "shop"}
EVERY_HOUR = {"interval_seconds": 3600}
ADDRESS = "/api/feeds/deliveries"


def test_secrets_are_never_answered_and_stay_until_they_are_removed(feeds: Feeds) -> None:
    made = feeds.make(source=SFTP, secrets={"password": "hunter2hunter2", "passphrase": "x"})
    assert made["secrets"] == {"password": True, "private_key": False, "passphrase": True}

    changed = feeds.change(name="Other", secrets={"passphrase": None})

    assert changed["secrets"] == {"password": True, "private_key": False, "passphrase": False}
    with transaction(feeds.context.engine) as session:
        row = str(session.execute(text("SELECT feeds::text FROM feeds")).scalar_one())
    assert "hunter2" not in row + str(feeds.get()) + str(feeds.events())


def test_secrets_are_not_sent_to_another_server_than_they_were_entered_for(feeds: Feeds) -> None:
    feeds.make(source=SFTP, secrets={"password": "hunter2hunter2"})
    elsewhere = {**SFTP, "host": "evil.example.com"}

    for method, address, body in (
        ("PATCH", ADDRESS, {"source": elsewhere}),
        ("POST", "/api/feeds/test", {"feed": "deliveries", "source": elsewhere}),
    ):
        refused = feeds.client.request(method, address, json=body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "secrets"

    assert feeds.change(source=elsewhere, secrets={"password": "new"})["secrets"]["password"]
    assert feeds.get()["source"]["host"] == "evil.example.com"


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"rules": [{"pattern": "(", "syntax": "regex", "dataset": "a"}]}, "rules.0.pattern"),
    ({"rules": [{"pattern": "*"}]}, "rules.0.dataset"),
    ({"rules": [{"pattern": "*", "template": "nope"}]}, "rules.0.template"),
    ({"rules": [{"pattern": "*", "dataset": "a", "mode": "upsert"}]}, "rules.0.key"),
    ({"schedule": {"interval_seconds": 0}}, "schedule.interval_seconds"),
    ({"schedule": {"cron": "x * * * *"}}, "schedule.cron"),
    ({"after": {"action": "move", "folder": "../up"}}, "after.folder"),
    ({"after": {"action": "rename"}}, "after.suffix"),
    ({"secrets": {"token": "x"}}, "secrets.token"),
    ({"source": {"kind": "folder", "folder": "/etc"}}, "source.folder"),
    ({"source": {"kind": "https", "urls": ["ftp://x/y"]}}, "source.urls.0"),
    ({"source": {"kind": "https", "urls": ["https://x/"], "login": "bearer"}}, "secrets.token"),
]  # fmt: skip


def test_what_cannot_work_is_refused_by_the_name_of_its_field(feeds: Feeds) -> None:
    feeds.make(source=SFTP)
    for changes, field in UNFIT:
        body = {"name": "x", "source": SFTP, **changes}
        refused = feeds.client.post("/api/feeds", json=body)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["field"] == field
        if "source" not in changes:
            assert feeds.client.patch(ADDRESS, json=changes).status_code == 422


def test_a_change_of_what_has_changed_meanwhile_is_refused(feeds: Feeds) -> None:
    feeds.make()
    tag = feeds.client.get(ADDRESS).headers["etag"]
    feeds.change(name="Other")

    late = feeds.client.patch(ADDRESS, json={"name": "Late"}, headers={"If-Match": tag})

    assert late.status_code == 412
    assert feeds.get()["name"] == "Other"


def test_names_are_made_free_and_slugs_are_taken_once(feeds: Feeds) -> None:
    feeds.make()
    assert feeds.make()["slug"] == "deliveries-2"
    taken = feeds.client.patch("/api/feeds/deliveries-2", json={"slug": "deliveries"})
    assert taken.json()["code"] == "feed_slug_taken"
    listed = feeds.client.get("/api/feeds").json()["items"]
    assert [feed["slug"] for feed in listed] == ["deliveries-2", "deliveries"]


def make_due(feeds: Feeds, **values: Any) -> None:
    with transaction(feeds.context.engine) as session:
        session.execute(update(Feed).values(values))


def test_a_feed_runs_when_its_moment_has_come_and_not_before(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.make(schedule=EVERY_HOUR)
    service.enqueue_due(feeds.context)
    assert feeds.get()["last_run"] is None

    make_due(feeds, next_run_at=now() - timedelta(seconds=1))
    service.enqueue_due(feeds.context)
    service.enqueue_due(feeds.context)
    feeds.work()

    feed = feeds.get()
    assert feed["last_run"]["trigger"] == "schedule"
    assert feeds.states() == {"sales_1.csv": "imported"}
    assert len(feeds.client.get(f"{ADDRESS}/runs").json()["items"]) == 1
    assert feed["next_run_at"] > now().isoformat()


def test_a_paused_feed_rests_but_runs_when_it_is_told_to(feeds: Feeds) -> None:
    feeds.make(schedule=EVERY_HOUR)
    assert feeds.client.post(f"{ADDRESS}/pause").json()["health"] == "paused"
    make_due(feeds, next_run_at=now() - timedelta(seconds=1))
    service.enqueue_due(feeds.context)
    assert feeds.get()["last_run"] is None
    assert feeds.run()["status"] == "succeeded"

    resumed = feeds.client.post(f"{ADDRESS}/resume").json()

    assert (resumed["health"], resumed["next_run_at"] is None) == ("ok", False)


def test_two_runs_at_once_are_one(feeds: Feeds) -> None:
    feeds.make()
    first = feeds.client.post(f"{ADDRESS}/run").json()
    second = feeds.client.post(f"{ADDRESS}/run").json()

    assert second == {"run": first["run"], "already_running": True}


def test_a_run_can_be_cancelled_and_the_next_one_goes_on(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.make()
    run = feeds.client.post(f"{ADDRESS}/run").json()["run"]
    cancelled = feeds.client.post(f"{ADDRESS}/runs/{run['id']}/cancel")
    assert cancelled.json()["status"] == "cancelled"
    feeds.work()
    assert feeds.states() == {}

    assert feeds.run()["files_fetched"] == 1


def test_a_feed_that_fails_waits_ever_longer_and_says_when_it_is_well_again(
    feeds: Feeds,
) -> None:
    feeds.make(schedule=EVERY_HOUR)
    feeds.folder.rmdir()
    for failures in (1, 2):
        assert feeds.run(finish=False)["error"]["code"] == "remote_folder_missing"
        assert feeds.get()["failures"] == failures
    assert feeds.get()["health"] == "failing"

    feeds.folder.mkdir()
    feeds.run()

    feed = feeds.get()
    assert (feed["health"], feed["failures"], feed["error"]) == ("ok", 0, None)


def test_a_deleted_feed_leaves_its_files_and_rows(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.make()
    feeds.run()
    (item,) = feeds.all_files()

    assert feeds.client.delete(ADDRESS).status_code == 204

    assert feeds.client.get(ADDRESS).status_code == 404
    assert [row["id"] for row in feeds.rows("sales")] == [1]
    assert feeds.client.get(f"/api/files/{item['file_id']}/download").status_code == 200
    kinds = [event["kind"] for event in feeds.events()]
    assert {"feed.created", "feed.file_imported", "feed.deleted"} <= set(kinds)


def test_a_preview_says_what_would_be_taken_and_takes_nothing(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.make()
    feeds.run()
    feeds.put("sales_2.csv", SALES.format(2))
    feeds.put("other.txt", "x")
    feeds.put("sales_3.csv.part", "x")

    answer = feeds.client.post(f"{ADDRESS}/preview").json()

    assert {file["path"]: file["outcome"] for file in answer["files"]} == {
        "other.txt": "unrecognised",
        "sales_1.csv": "known",
        "sales_2.csv": "import",
        "sales_3.csv.part": "ignored",
    }
    assert (answer["looked_at"], answer["truncated"]) == (4, False)
    rules = [{"pattern": "other.*", "dataset": "other"}]
    other = feeds.client.post(f"{ADDRESS}/preview", json={"rules": rules}).json()
    assert other["counts"] == {"import": 1, "known": 1, "unrecognised": 1, "ignored": 1}
    assert list(feeds.states()) == ["sales_1.csv"]
