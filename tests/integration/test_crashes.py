"""Random deaths of workers, servers and PostgreSQL while files come in: every import ends once."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import delete, select

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.maintenance.service import clean_up
from rowmill.models import Dataset, File, Import, Workspace
from rowmill.postgres import EmbeddedPostgres
from rowmill.settings import Settings
from rowmill.store import DRAFTS
from tests.programs import Program, finished_import, patient, until

IMPORTS = int(os.environ.get("ROWMILL_TEST_CRASH_IMPORTS", "54"))
DATASETS = 6
ROWS = 4_000
SEND_EVERY = 0.4
FEWEST_DEATHS = 15
SEED = int(os.environ.get("ROWMILL_TEST_SEED", "20240229"))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with Program(tmp_path / "data", environment={"ROWMILL_WORKERS": "2"}) as program:
        yield program


@dataclass
class Killer:
    """Kills a part of the program now and then, until told to stop.

    What a start takes depends on the machine: a part that everything waits for is killed again
    only once the program has been ready in between, so that there is some time to send files.
    """

    program: Program
    randomness: random.Random
    kills: dict[str, int] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stopped.wait(self.randomness.uniform(0.2, 1.2)):
            which = self.randomness.choices(
                ["worker", "parser", "web", "postgres", "parent"], [6, 4, 2, 2, 1]
            )[0]
            if which in {"web", "postgres", "parent"} and not self.program.is_ready():
                continue
            if self.strike(which):
                self.kills[which] = self.kills.get(which, 0) + 1

    def strike(self, which: str) -> bool:
        try:
            if which == "parent":
                self.program.kill()
                self.program.start(wait=False)
                return True
            victims = (
                [self.program.postgres()]
                if which == "postgres"
                else self.program.processes("rowmill.mill.child" if which == "parser" else which)
            )
            victim = self.randomness.choice(victims) if victims else None
            if victim is None:
                return False
            victim.kill()
        except psutil.NoSuchProcess:
            return False
        return True


def content(number: int) -> bytes:
    """A file whose every row says which file it is from."""
    lines = [f"{number * ROWS + row},file {number},{row / 4:.2f}" for row in range(ROWS)]
    return "\n".join(["id,file,amount", *lines]).encode()


def send(client: httpx.Client, number: int) -> Any:
    """Send a file until somebody says that it is safe. A repeated file is recognised as such."""

    def attempt() -> Any:
        try:
            answer = client.put(
                f"/api/datasets/crash-{number % DATASETS}/data", content=content(number)
            )
        except httpx.TransportError:
            return None
        assert answer.status_code in {200, 201, 503}, answer.text
        return answer.json() if answer.is_success else None

    return until(attempt, seconds=120, what=f"file {number} is accepted")


def all_ids(client: httpx.Client, dataset: str) -> list[int]:
    """The ids of a dataset, page by page."""
    ids: list[int] = []
    address = f"/api/datasets/{dataset}/records?fields=id&limit=1000"
    page = patient(client, address)
    while True:
        ids += [row["id"] for row in page["items"]]
        if page["next_cursor"] is None:
            return ids
        page = patient(client, f"{address}&cursor={page['next_cursor']}")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_import_is_committed_once_or_failed_with_a_reason(program: Program) -> None:
    client = program.account()
    killer = Killer(program, random.Random(SEED))
    thread = threading.Thread(target=killer.run)
    thread.start()
    try:
        sent = {}
        for number in range(IMPORTS):
            sent[number] = send(client, number)
            time.sleep(SEND_EVERY)
        time.sleep(5)  # some more deaths, with nothing new coming in
    finally:
        killer.stopped.set()
        thread.join()
    assert sum(killer.kills.values()) >= FEWEST_DEATHS, killer.kills

    until(program.is_ready, seconds=90, what="ready after the last death")
    runs = {
        number: finished_import(client, answer["import_id"], seconds=300)
        for number, answer in sent.items()
    }

    for number, run in runs.items():
        if run["status"] == "failed":
            assert run["error"]["message"], run
        else:
            assert run["status"] == "succeeded", (number, run, killer.kills)
            assert run["receipt"]["loaded"] == run["receipt"]["read"] == ROWS
    print(f"deaths: {killer.kills}, statuses: {Counter(r['status'] for r in runs.values())}")  # noqa: T201
    for which in range(DATASETS):
        committed = [
            number
            for number, run in runs.items()
            if number % DATASETS == which and run["status"] == "succeeded"
        ]
        expected = [number * ROWS + row for number in committed for row in range(ROWS)]
        assert sorted(all_ids(client, f"crash-{which}")) == sorted(expected), killer.kills
    assert_nothing_is_left_over(program, files=IMPORTS)


def assert_nothing_is_left_over(program: Program, *, files: int) -> None:
    """After a clean-up, what is stored is what is used: each original, and the lake's own files."""
    settings = Settings(data_dir=program.data_dir, min_free_bytes=0, _env_file=None)
    database_url = EmbeddedPostgres(program.data_dir / "postgres").url
    context = Context.open(settings, database_url)
    try:
        with transaction(context.engine) as session:
            session.execute(delete(File).where(File.id.not_in(select(Import.file_id))))
        clean_up(context, older_than=timedelta(0))
        assert list(context.store.list(DRAFTS)) == []
        assert len(list(context.store.list("files"))) == files
        with transaction(context.engine) as session:
            (workspace,) = session.scalars(select(Workspace))
            tables = session.scalars(select(Dataset.table_name)).all()
        catalog = context.lakes.catalog(workspace.id)
        version = catalog.latest_version()
        used = sum(len(catalog.data_files(table, version)) for table in tables)
        stored = [found.key for found in context.store.list("lake")]
        assert len(stored) == used, stored
    finally:
        context.close()
