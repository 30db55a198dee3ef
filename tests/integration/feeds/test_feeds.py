"""Files that come in by themselves from a watched folder: each once, whole, and accounted for."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rowmill.feeds import fetching, running
from rowmill.feeds.sources.folder import FolderSource
from rowmill.remote import RemoteFile
from tests.integration.feeds.conftest import RULES, SALES, Feeds


def test_new_files_are_imported_by_their_rule_and_only_once(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.put("sales_2.CSV", SALES.format(2))
    feeds.make()

    run = feeds.run()

    assert run["status"] == "succeeded"
    assert (run["files_found"], run["files_new"], run["files_fetched"]) == (2, 2, 2)
    assert feeds.states() == {"sales_1.csv": "imported", "sales_2.CSV": "imported"}
    assert [row["id"] for row in feeds.rows("sales")] == [1, 2]

    again = feeds.run()

    assert (again["files_found"], again["files_new"], again["files_fetched"]) == (2, 0, 0)
    assert len(feeds.imports()) == 2


def test_the_same_content_under_another_name_changes_nothing(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.make()
    feeds.run()
    feeds.put("sales_2.csv", SALES.format(2))
    feeds.put("sales_copy.csv", SALES.format(1))

    feeds.run()

    assert feeds.states()["sales_copy.csv"] == "duplicate"
    assert [row["id"] for row in feeds.rows("sales")] == [1, 2]


def test_old_content_that_comes_back_under_another_name_undoes_no_later_change(
    feeds: Feeds,
) -> None:
    rules = [{"pattern": "*.csv", "dataset": "prices", "mode": "upsert", "key": ["id"]}]
    feeds.put("monday.csv", "id,price\n1,10\n")
    feeds.make(rules=rules)
    feeds.run()
    feeds.put("tuesday.csv", "id,price\n1,20\n")
    feeds.run()
    feeds.put("wednesday.csv", "id,price\n1,10\n")
    feeds.run()

    assert feeds.states()["wednesday.csv"] == "duplicate"
    assert [row["price"] for row in feeds.rows("prices")] == [20]


def test_a_file_that_goes_back_to_what_it_was_is_what_counts(feeds: Feeds) -> None:
    feeds.make(rules=[{"pattern": "rates.csv", "dataset": "rates", "mode": "replace"}])
    for content in ("a\n1\n", "a\n22\n", "a\n1\n"):
        path = feeds.put("rates.csv", content)
        os.utime(path)
        feeds.run()

    assert [row["a"] for row in feeds.rows("rates")] == [1]
    assert len(feeds.all_files()) == 3


def test_a_changed_file_is_another_version(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.make()
    feeds.run()
    feeds.put("sales_1.csv", SALES.format(11))

    run = feeds.run()

    assert (run["files_new"], run["files_fetched"]) == (1, 1)
    assert [item["state"] for item in feeds.all_files()] == ["imported", "imported"]
    assert [row["id"] for row in feeds.rows("sales")] == [1, 11]


def test_what_no_rule_takes_is_kept_and_listed_and_taken_by_a_later_rule_without_a_second_fetch(
    feeds: Feeds,
) -> None:
    path = feeds.put("returns.csv", "id\n7\n")
    feeds.make()
    feeds.run()
    (found,) = feeds.all_files(state="unrecognised")
    assert found["path"] == "returns.csv"
    kept = feeds.client.get(f"/api/files/{found['file_id']}/download")
    assert kept.content == b"id\n7\n"
    assert "feed.file_unrecognised" in [event["kind"] for event in feeds.events()]
    path.unlink()  # it cannot be fetched any more

    feeds.change(rules=[{"pattern": "returns.csv", "dataset": "returns"}])
    feeds.run()

    assert feeds.states() == {"returns.csv": "imported"}
    assert feeds.rows("returns") == [{"id": 7}]


def test_half_written_files_are_left_alone_until_they_are_stable(feeds: Feeds) -> None:
    feeds.make(stable_seconds=60)
    path = feeds.put("sales_1.csv", "id,amount\n1,")
    run = feeds.run()
    assert (run["files_waiting"], run["files_fetched"]) == (1, 0)
    assert feeds.states() == {"sales_1.csv": "seen"}
    assert feeds.get()["next_run_at"] is not None
    path.write_text(SALES.format(1))
    assert feeds.run()["files_fetched"] == 0  # it has changed since

    feeds.change(stable_seconds=0)
    feeds.run()

    assert [row["id"] for row in feeds.rows("sales")] == [1]
    assert len(feeds.all_files()) == 1


def test_a_short_time_of_being_stable_is_waited_for(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.make(stable_seconds=1)

    assert feeds.run()["files_fetched"] == 1


def test_a_run_whose_turn_is_over_goes_on_later_in_the_middle_of_a_file(
    feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "TURN_SECONDS", 0.05)
    monkeypatch.setattr(fetching, "LEAST_SECONDS", 0.05)
    content = b"text\n" + (b"x" * 1023 + b"\n") * 5000
    feeds.put("sales_1.csv", content)
    feeds.make()
    offsets: list[int] = []

    def slow(self: FolderSource, file: RemoteFile, offset: int = 0) -> Iterator[bytes]:
        offsets.append(offset)
        for piece in original(self, file, offset):
            time.sleep(0.1)
            yield piece

    original = FolderSource.read
    monkeypatch.setattr(FolderSource, "read", slow)
    run = feeds.run(finish=False)
    assert (run["status"], run["files_waiting"]) == ("succeeded", 1)
    feeds.work()

    assert feeds.states() == {"sales_1.csv": "imported"}
    assert offsets == [number * 1024 * 1024 for number in range(5)]
    (item,) = feeds.all_files()
    assert feeds.client.get(f"/api/files/{item['file_id']}/download").content == content


def test_files_in_the_making_are_ignored(feeds: Feeds) -> None:
    feeds.put("sales_1.csv.part", "x")
    feeds.put(".sales_2.csv", "x")
    feeds.put("tmp/sales_3.csv", SALES.format(3))
    source = {"kind": "folder", "folder": str(feeds.folder), "recursive": True}
    feeds.make(source=source, ignore=["*.part", ".*", "tmp"])

    run = feeds.run()

    assert (run["files_found"], feeds.all_files()) == (0, [])


def test_folders_below_count_where_that_is_wanted(feeds: Feeds) -> None:
    feeds.put("2024/05/sales_1.csv", SALES.format(1))
    feeds.put("2023/sales_2.csv", SALES.format(2))
    source = {"kind": "folder", "folder": str(feeds.folder), "recursive": True}
    feeds.make(source=source, rules=[{"pattern": "2024/**/sales_*.csv", "dataset": "sales"}])

    feeds.run()

    assert feeds.states() == {
        "2024/05/sales_1.csv": "imported",
        "2023/sales_2.csv": "unrecognised",
    }


def test_the_order_of_arrival_does_not_matter(feeds: Feeds) -> None:
    product = {"product_id": "P1", "product_name": "Bread", "category": "Food"}
    rules = [
        {"pattern": "sales_data_*.csv", "template": "sales"},
        {"pattern": "product_info_*.json", "template": "products"},
    ]
    feeds.put(
        "sales_data_2025-04-01.csv",
        "product_id,sale_date,quantity,price\nP1,2025-04-01,2,1.50\nP9,2025-04-01,1,9.00\n",
    )
    feeds.make(rules=rules)
    feeds.run()
    feeds.put("product_info_2025-04-01.json", json.dumps([product]))
    feeds.run()

    assert set(feeds.states().values()) == {"imported"}
    categories = feeds.client.get("/sales/category_sales").json()["category_sales"]
    assert {each["category"]: float(each["total_sales"]) for each in categories} == {
        "Food": 3.0,
        None: 9.0,
    }


def test_files_come_in_in_the_order_of_their_names(feeds: Feeds) -> None:
    for day in (3, 1, 2):
        feeds.put(f"day_{day}.csv", f"id,price\n1,{day}\n")
    rule = {"pattern": "day_*.csv", "dataset": "prices", "mode": "upsert", "key": ["id"]}
    feeds.make(rules=[rule])

    feeds.run()

    assert [run["file"]["name"] for run in feeds.imports()] == [
        "day_1.csv",
        "day_2.csv",
        "day_3.csv",
    ]
    assert [row["price"] for row in feeds.rows("prices")] == [3]


def test_a_failed_import_says_why_and_can_be_tried_again_by_a_mended_rule(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", "id;amount\n1;2\n")
    options = {"format": "xlsx"}
    feeds.make(rules=[{"pattern": "sales_*.csv", "dataset": "sales", "options": options}])
    feeds.run()
    (failed,) = feeds.all_files(state="failed")
    assert failed["error"]["message"]

    feeds.change(rules=[{"pattern": "sales_*.csv", "dataset": "sales"}])
    address = f"/api/feeds/deliveries/files/{failed['id']}/retry"
    assert feeds.client.post(address).status_code == 202
    feeds.work()

    assert feeds.states() == {"sales_1.csv": "imported"}
    assert feeds.rows("sales") == [{"id": 1, "amount": 2}]
    assert feeds.client.post(address).json()["code"] == "file_not_retriable"


def test_an_empty_file_is_skipped_with_its_reason(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", "")
    feeds.make()
    feeds.run()

    (skipped,) = feeds.all_files(state="skipped")
    assert "empty" in skipped["error"]["message"]


def test_a_file_that_cannot_be_read_keeps_no_other_from_coming_in(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    (feeds.folder / "sales_0.csv").symlink_to("/etc/passwd")
    feeds.make()

    run = feeds.run()

    assert run["files_found"] == 1  # what leads out of the folder is not there for us
    assert feeds.states() == {"sales_1.csv": "imported"}


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ({"action": "keep"}, {"sales_1.csv", "other.txt"}),
        ({"action": "delete"}, {"other.txt"}),
        ({"action": "move", "folder": "done"}, {"done/sales_1.csv", "other.txt"}),
        ({"action": "rename", "suffix": ".done"}, {"sales_1.csv.done", "other.txt"}),
    ],
    ids=lambda value: value.get("action") if isinstance(value, dict) else "",
)
def test_what_came_in_is_tidied_up_and_nothing_else(
    feeds: Feeds, after: dict[str, Any], left: set[str]
) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.put("other.txt", "x")
    source = {"kind": "folder", "folder": str(feeds.folder), "recursive": True}
    feeds.make(source=source, after=after)
    feeds.run()
    feeds.work()

    assert on_disk(feeds.folder) == left
    assert feeds.run()["files_new"] == 0
    assert len(feeds.imports()) == 1


def test_a_file_whose_import_failed_stays_on_the_server(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", b"\x00\x01\x02")
    rule = {"pattern": "*.csv", "dataset": "sales", "options": {"format": "xlsx"}}
    feeds.make(after={"action": "delete"}, rules=[rule])
    feeds.run()
    feeds.run()

    assert feeds.states() == {"sales_1.csv": "failed"}
    assert on_disk(feeds.folder) == {"sales_1.csv"}


def test_a_file_that_changed_after_it_was_fetched_is_not_deleted(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.make(after={"action": "delete"})
    feeds.run(finish=False)
    feeds.put("sales_1.csv", SALES.format(11))
    feeds.work()
    feeds.run()
    feeds.work()

    assert [row["id"] for row in feeds.rows("sales")] == [1, 11]
    assert sorted(item["finish"] for item in feeds.all_files()) == ["done", "left"]
    assert on_disk(feeds.folder) == set()


def test_a_name_that_is_taken_where_it_moves_is_numbered(feeds: Feeds) -> None:
    feeds.make(after={"action": "move", "folder": "done"})
    for number in (1, 2):
        feeds.put("sales.csv", SALES.format(number))
        feeds.change(rules=[{"pattern": "sales.csv", "dataset": "sales"}])
        feeds.run()
        feeds.work()

    assert on_disk(feeds.folder) == {"done/sales.csv", "done/sales-2.csv"}


def test_thousands_of_files_are_found_once(feeds: Feeds) -> None:
    for number in range(5_000):
        (feeds.folder / f"note_{number:04}.txt").write_text(f"a\n{number}\n")
    feeds.make(stable_seconds=3600)

    assert feeds.run()["files_new"] == 5_000
    assert feeds.get()["files"] == {"seen": 5_000}
    assert feeds.run()["files_new"] == 0


def test_hundreds_of_files_are_fetched_once(feeds: Feeds) -> None:
    for number in range(250):
        (feeds.folder / f"note_{number:04}.txt").write_text(f"a\n{number}\n")
    feeds.make()

    run = feeds.run()

    assert (run["files_found"], run["files_fetched"]) == (250, 250)
    assert feeds.get()["files"] == {"unrecognised": 250}
    assert feeds.run()["files_new"] == 0


def on_disk(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_feed_shows_what_it_would_take_before_it_is_saved(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.put("done/sales_0.csv", SALES.format(0))
    feeds.put("notes.txt", "?")
    source = {"kind": "folder", "folder": str(feeds.folder), "recursive": True}
    body = {"source": source, "rules": [{"pattern": "sales_*.csv", "dataset": "sales"}]}
    move = {"action": "move", "folder": "done"}

    answer = feeds.client.post("/api/feeds/preview", json={**body, "after": move})

    assert answer.status_code == 200, answer.text
    outcomes = {file["path"]: file["outcome"] for file in answer.json()["files"]}
    assert outcomes == {
        "done/sales_0.csv": "ignored",
        "notes.txt": "unrecognised",
        "sales_1.csv": "import",
    }
    assert feeds.client.get("/api/feeds").json()["items"] == []


def test_a_saved_feed_shows_what_it_would_take_once_it_is_changed(feeds: Feeds) -> None:
    feeds.put("sales_1.csv", SALES.format(1))
    feeds.put("notes.txt", "?")
    feeds.make()
    feeds.run()
    rules = [{"pattern": "*.txt", "dataset": "notes"}, *RULES]

    answer = feeds.client.post("/api/feeds/preview", json={"feed": "deliveries", "rules": rules})

    files = {file["path"]: file for file in answer.json()["files"]}
    assert files["sales_1.csv"]["outcome"] == "known"
    assert (files["notes.txt"]["outcome"], files["notes.txt"]["dataset"]) == ("import", "notes")
    assert feeds.get()["rules"][0]["pattern"] == "sales_*.csv"
