"""A watched folder, and short words for what a person does with feeds."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rowmill.context import Context
from rowmill.feeds import service
from rowmill.feeds.sources.folder import FolderSource
from rowmill.remote import RemoteFile
from rowmill.settings import Settings
from tests.factories.feeds import watching
from tests.programs import PASSWORD
from tests.queueing import drain

SALES = "id,amount\n{0},{0}.50\n"
RULES = [{"pattern": "sales_*.csv", "dataset": "sales"}]


@dataclass
class Feeds:
    """What a user of feeds can do, with the worker running when it is told to."""

    client: TestClient
    context: Context
    database_url: str
    folder: Path

    def put(self, path: str, content: str | bytes) -> Path:
        """Put a file into the watched folder, as old as a day."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        moment = time.time() - 86_400
        os.utime(target, (moment, moment))
        return target

    def make(self, **options: Any) -> Any:
        """A feed of the folder that fetches at once; returns the answer's JSON."""
        body = {
            "name": "Deliveries",
            "source": {"kind": "folder", "folder": str(self.folder)},
            "rules": RULES,
            "stable_seconds": 0,
            **options,
        }
        answer = self.client.post("/api/feeds", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def change(self, **changes: Any) -> Any:
        """Change the feed."""
        answer = self.client.patch("/api/feeds/deliveries", json=changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def work(self) -> None:
        """Do every job that waits, and every tick, until nothing is left to do."""
        for _ in range(20):
            drain(self.database_url, self.context)
            service.enqueue_due(self.context)
            feed = self.get()
            if not feed["running"] and not {"fetched", "importing"} & set(feed["files"]):
                break

    def run(self, *, finish: bool = True) -> Any:
        """Run the feed and everything that follows; returns the run."""
        answer = self.client.post("/api/feeds/deliveries/run")
        assert answer.status_code == 202, answer.text
        run_id = answer.json()["run"]["id"]
        if finish:
            self.work()
        else:
            drain(self.database_url, self.context)
        return self.client.get(f"/api/feeds/deliveries/runs/{run_id}").raise_for_status().json()

    def get(self) -> Any:
        """The feed."""
        return self.client.get("/api/feeds/deliveries").raise_for_status().json()

    def files(self, **parameters: Any) -> dict[str, Any]:
        """The newest version of each remote file, by its path."""
        items = self.all_files(**parameters)
        return {item["path"]: item for item in reversed(items)}

    def all_files(self, **parameters: Any) -> list[Any]:
        """Every version of every remote file, newest first."""
        answer = self.client.get(
            "/api/feeds/deliveries/files", params={"limit": 1000, **parameters}
        )
        items: list[Any] = answer.raise_for_status().json()["items"]
        return items

    def states(self) -> dict[str, str]:
        """State by path."""
        return {path: item["state"] for path, item in self.files().items()}

    def rows(self, dataset: str) -> list[dict[str, Any]]:
        """Every row of a small dataset."""
        answer = self.client.get(f"/api/datasets/{dataset}/records", params={"limit": 1000})
        items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return items

    def events(self) -> list[Any]:
        """All events so far, oldest first."""
        answer = self.client.get("/api/activity", params={"limit": 1000}).raise_for_status()
        return list(reversed(answer.json()["items"]))

    def imports(self) -> list[Any]:
        """All imports, oldest first."""
        answer = self.client.get("/api/imports", params={"limit": 1000}).raise_for_status()
        return list(reversed(answer.json()["items"]))


def begun_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The offsets in bytes at which files of folders are begun to be read from now on."""
    offsets: list[int] = []
    original = FolderSource.read

    def watched(self: FolderSource, file: RemoteFile, offset: int = 0) -> Iterator[bytes]:
        offsets.append(offset)
        return original(self, file, offset)

    monkeypatch.setattr(FolderSource, "read", watched)
    return offsets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that feeds may watch."""
    folder = tmp_path / "deliveries"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(tmp_path: Path, folder: Path) -> Settings:
    """Settings that allow the folder, and this machine as a server."""
    return watching(tmp_path / "data", folder)


@pytest.fixture
def feeds(client: TestClient, folder: Path, database_url: str) -> Iterator[Feeds]:
    """The feeds of a fresh user."""
    account = {"email": "ada@example.com", "password": PASSWORD}
    assert client.post("/api/register", json=account).status_code == 201
    application = cast("FastAPI", client.app)
    context = Context.open(application.state.context.settings, database_url)
    yield Feeds(client, context, database_url, folder)
    context.close()
