"""`/changes`: asking on with the last version shows each change of a row, and nothing else."""

from __future__ import annotations

from typing import Any

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


def test_a_version_before_the_first_one_kept_is_gone(inbox: Inbox) -> None:
    inbox.load("others", "id\n1\n")
    inbox.load("people", "id\n1\n")
    answer = inbox.client.get("/api/datasets/people/changes", params={"since": 1})
    assert (answer.status_code, "since=0" in answer.json()["detail"]) == (410, True)
