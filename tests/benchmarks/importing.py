"""From the first byte sent to rows that can be queried."""

from __future__ import annotations

import json
from base64 import b64encode
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
import httpx
import psutil

from rowmill.mill import quote_literal
from tests.benchmarks import references
from tests.benchmarks.measuring import Result, median, peak_memory, seconds
from tests.factories.sales import write_sales
from tests.programs import PASSWORD, Program

ROUNDS = 5
RESTARTS = 3
UPSERT_ROWS = 150_000


def send(client: httpx.Client, dataset: str, path: Path, **options: str) -> Any:
    """Send a file and wait until its rows can be queried; returns the import.

    It listens for the end, as the web app does: asking again and again would slow the import.
    """
    with client.stream("GET", "/api/events", timeout=600) as events:
        lines = events.raise_for_status().iter_lines()
        next(line for line in lines if line.startswith(": from"))
        sent = upload(client, f"/api/datasets/{dataset}/data?{urlencode(options)}", path)
        messages = (json.loads(line.removeprefix("data: ")) for line in lines if "data: " in line)
        ends = ("import.succeeded", "import.failed", "import.cancelled")
        next(m for m in messages if m["kind"] in ends and m["subject_id"] == sent["import_id"])
    run = client.get(f"/api/imports/{sent['import_id']}").raise_for_status().json()
    assert run["status"] == "succeeded", run
    return run


def upload(client: httpx.Client, address: str, path: Path) -> Any:
    """`PUT` a file as fast as the system can send it, so that the client costs next to nothing."""
    credentials = b64encode(f"ada@example.com:{PASSWORD}".encode()).decode()
    connection = HTTPConnection(client.base_url.host, client.base_url.port, timeout=600)
    with closing(connection), path.open("rb") as file:
        connection.putrequest("PUT", address)
        connection.putheader("Content-Length", str(path.stat().st_size))
        connection.putheader("Authorization", f"Basic {credentials}")
        connection.endheaders()
        connection.sock.sendfile(file)
        answer = connection.getresponse()
        assert answer.status in {200, 201}, answer.read()
        return json.loads(answer.read())


def worker_processes(program: Program) -> list[psutil.Process]:
    """The worker and the parser it may have started."""
    workers = program.processes("rowmill", "worker")
    return workers + [child for worker in workers for child in worker.children(recursive=True)]


def whole_import(program: Program, csv: Path, parquet: Path, folder: Path) -> list[Result]:
    """The import of the whole file, in turn with bare DuckDB; a last one stays as `sales`.

    Its memory is watched, which takes time of its own: it does not count for the time.
    """
    client = program.account()
    ours, bare = [], []
    for number in range(ROUNDS):
        bare += seconds(lambda: references.duckdb_conversion(csv, parquet))
        name = f"round-{number}"
        ours += seconds(lambda name=name: send(client, name, csv))  # type: ignore[misc]
        client.delete(f"/api/datasets/{name}").raise_for_status()
    with (
        peak_memory(lambda: worker_processes(program)) as worker,
        peak_memory(lambda: program.processes("rowmill", "web")) as server,
    ):
        send(client, "sales", csv)
    (postgres,) = seconds(lambda: references.postgres_copy(csv, folder / "reference"))
    what = "Import, first byte sent → rows queryable"
    return [
        Result(what, median(ours), median(bare), "DuckDB's CSV → Parquet", "≤ 1.25"),
        Result(what, median(ours), postgres, "PostgreSQL `COPY`, typed", "< 1"),
        Result("Peak memory of worker and parser", worker.most, None, "", "≤ 1024 MiB", unit="MiB"),
        Result("Growth of the server", server.growth, None, "", "≤ 200 MiB", unit="MiB"),
    ]


def upsert(program: Program, folder: Path, rows: int) -> list[Result]:
    """150,000 records by key, two thirds of them already there with another amount."""
    csv = write_sales(folder / "changes.csv", UPSERT_ROWS)
    changed = folder / "changed.csv"
    first = max(0, rows - UPSERT_ROWS * 2 // 3)
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"""
            COPY (
              SELECT * REPLACE (
                'INV-' || (10000000 + {first} + row_number() OVER ()) AS "Invoice/Item Number",
                "Bottles Sold" + 1 AS "Bottles Sold")
              FROM read_csv({quote_literal(str(csv))}, types={{'Date': 'VARCHAR'}})
            ) TO {quote_literal(str(changed))} (HEADER)
            """
        )
    client = program.account()
    (ours,) = seconds(
        lambda: send(client, "sales", changed, mode="upsert", key="Invoice/Item Number")
    )
    return [Result(f"Upsert of {UPSERT_ROWS:,} records", ours, None, "", "")]


def restart(program: Program) -> list[Result]:
    """A second start on the same data folder."""
    taken = []
    for _ in range(RESTARTS):
        program.stop()
        taken.append(program.start())
    return [Result("Start to ready on an existing data folder", median(taken), None, "", "≤ 3 s")]
