"""`/changes`: asking on with the last version shows each change of a row, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.imports.conftest import Inbox, inbox

__all__ = ["inbox"]


def changes(inbox: Inbox, **query: Any) -> Any:
    answer = inbox.client.get("/api/datasets/people/changes", params=query)
    return answer.raise_for_status().json()


def test_a_reader_of_changes_keeps_up_with_the_dataset(inbox: Inbox) -> None:
    inbox.load("people", "id,name\n1,Ada\n2,Ben\n", mode="upsert", key="id")
    first = changes(inbox)
    inbox.load("people", "id,name\n2,Bea\n3,Cid\n", mode="upsert", key="id")
    second = changes(inbox, since=first["version"])
    third = changes(inbox, since=second["version"])

    assert [item["change"] for item in first["items"]] == ["insert", "insert"]
    assert [(i["change"], i["record"], i["previous"]) for i in second["items"]] == [
        ("update", {"id": 2, "name": "Bea"}, {"id": 2, "name": "Ben"}),
        ("insert", {"id": 3, "name": "Cid"}, None),
    ]
    assert (third["items"], third["version"]) == ([], second["version"])


def test_pages_of_changes_stay_at_their_version(inbox: Inbox) -> None:
    inbox.load("people", "id\n1\n2\n3\n", mode="upsert", key="id")
    page = changes(inbox, limit=2)
    inbox.load("people", "id\n0\n", mode="upsert", key="id")
    rest = changes(inbox, limit=2, cursor=page["next_cursor"])

    assert [item["record"]["id"] for item in page["items"] + rest["items"]] == [1, 2, 3]
    assert (rest["next_cursor"], rest["version"]) == (None, page["version"])


KEYS = ["", "a", "b", "Ä", "x" * 1500, "x" * 1500 + "y", "'", "1"]


@pytest.mark.parametrize("window", [0, 8, 5000])
@pytest.mark.parametrize("key", ["text,number,day", None])
def test_small_pages_hold_just_what_one_large_page_does(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, key: str | None, window: int
) -> None:
    monkeypatch.setattr("rowmill.datasets.changes.WINDOW", window)

    def content(shift: int) -> str:
        rows = [
            f'"{text}",{number},{day},{shift * (number or 0) % 3}'
            for text in KEYS[shift:]
            for number in (0, -7)
            for day in ("", "2026-01-31", "0001-01-01")
        ]
        return "\n".join(["text,number,day,value", *rows, ""])

    options = {"mode": "upsert", "key": key} if key else {}
    inbox.load("people", content(0), **options)
    first = changes(inbox, limit=1000)
    replacing = {"mode": "replace", **({"key": key} if key else {})}
    inbox.load("people", content(2), **replacing)

    for since in (0, first["version"]):
        whole = changes(inbox, since=since, limit=1000)
        assert len(whole["items"]) >= 12
        pages, cursor = [], None
        while True:
            page = changes(inbox, since=since, limit=5, **({"cursor": cursor} if cursor else {}))
            pages.append(page["items"])
            if (cursor := page["next_cursor"]) is None:
                break
        assert [item for items in pages for item in items] == whole["items"]
        assert all(len(items) == 5 for items in pages[:-1])


def test_a_version_before_the_first_one_kept_is_gone(inbox: Inbox) -> None:
    inbox.load("others", "id\n1\n")
    inbox.load("people", "id\n1\n")
    answer = inbox.client.get("/api/datasets/people/changes", params={"since": 1})
    assert (answer.status_code, "since=0" in answer.json()["detail"]) == (410, True)
