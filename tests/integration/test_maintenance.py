"""Housekeeping removes what crashes left, and nothing that is in use or in the making."""

from __future__ import annotations

from datetime import timedelta

from rowmill.context import Context
from rowmill.maintenance.service import clean_up
from tests.integration.imports.conftest import Inbox, inbox

__all__ = ["inbox"]


def write(context: Context, key: str, content: bytes = b"left over") -> None:
    draft = context.store.draft()
    draft.write(content)
    draft.finish(key)


def test_what_is_used_stays_and_what_is_not_goes(inbox: Inbox, context: Context) -> None:
    run = inbox.load("people", "a\n1\n")
    workspace = inbox.client.get("/api/me").json()["workspace"]["id"]
    write(context, "drafts/broken-upload")
    write(context, f"files/{workspace}/00/{'00' * 32}")
    write(context, f"lake/{workspace}/main/people/import-x-1/part-0.parquet")

    freed = clean_up(context, older_than=timedelta(0))

    assert (freed.drafts, freed.originals, freed.lake_files) == (1, 1, 1)
    assert freed.size_bytes >= 2 * len(b"left over")
    assert inbox.rows("people") == [{"a": 1}]
    file = inbox.client.get(f"/api/files/{run['file']['id']}/download")
    assert file.content == b"a\n1\n"


def test_what_is_young_is_left_alone(inbox: Inbox, context: Context) -> None:
    inbox.load("people", "a\n1\n")
    write(context, "drafts/being-written")
    freed = clean_up(context)
    assert (freed.drafts, freed.originals, freed.lake_files) == (0, 0, 0)
    assert context.store.exists("drafts/being-written")
