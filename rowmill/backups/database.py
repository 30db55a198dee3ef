"""Dumping and restoring the database by PostgreSQL's own programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from rowmill.errors import ConfigurationError
from rowmill.postgres import binaries

LAKES = "lake_[0-9a-f]*"
NEWER_SETTINGS = re.compile(rb"^SET (transaction_timeout|idle_session_timeout) = ")
"""Settings in the head of a dump that an older server than the one dumped does not know."""


class DatabaseNotDumped(ConfigurationError):
    """PostgreSQL's programs could not save or restore the database."""


def dump(url: str, snapshot: str, target: Path) -> None:
    """Write the database as `snapshot` shows it, compressed. Raises: DatabaseNotDumped."""
    address, environment = _address(url)
    with target.open("wb") as file:
        result = subprocess.run(
            [
                _program("pg_dump", url), f"--dbname={address}", "--format=custom",
                f"--snapshot={snapshot}", "--schema=public", f"--schema={LAKES}",
                "--no-owner", "--no-privileges", "--lock-wait-timeout=60000",
            ],
            stdout=file, stderr=subprocess.PIPE, env=environment, check=False,
        )  # fmt: skip
    if result.returncode != 0:
        raise DatabaseNotDumped(_last_words("pg_dump", result.stderr))


def restore(url: str, dump_file: Path, closing: str = "") -> None:
    """Replace the database's content by the dump's: all of it, or nothing is changed.

    Args: `closing` are statements that end the same transaction. Raises: DatabaseNotDumped.
    """
    address, environment = _address(url)
    reader = subprocess.Popen(
        [_program("pg_restore", url), "--no-owner", "--no-privileges", "--file=-", str(dump_file)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
    )  # fmt: skip
    writer = subprocess.Popen(
        [
            _program("psql", url), f"--dbname={address}", "--no-psqlrc", "--quiet",
            "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null", "--file=-",
        ],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
    )  # fmt: skip
    assert reader.stdout is not None
    assert writer.stdin is not None
    try:
        writer.stdin.write(_emptying(url))
        is_head = True
        for line in reader.stdout:
            is_head = is_head and not line.startswith(b"CREATE ")
            if not (is_head and NEWER_SETTINGS.match(line)):
                writer.stdin.write(line)
        if reader.wait() != 0:  # an error that ends the transaction, and with it all changes
            writer.stdin.write(b"\n\\.\nSELECT 1 / 0;\n")
        writer.stdin.write(closing.encode())
    except BrokenPipeError:  # it has ended with an error of its own
        reader.kill()
    _, complaint = writer.communicate()
    _, reading_complaint = reader.communicate()
    if writer.returncode != 0:
        raise DatabaseNotDumped(_last_words("PostgreSQL", reading_complaint or complaint))


def version(url: str) -> str:
    """Which of PostgreSQL's programs would be used on that server. Raises: DatabaseNotDumped."""
    return f"pg_dump {_major(_program('pg_dump', url))}"


def has_foreign_tables(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether the database has tables, and they are not Rowmill's."""
    row = connection.execute(
        "SELECT to_regclass('public.alembic_version') IS NULL AND EXISTS"
        " (SELECT 1 FROM pg_tables WHERE schemaname = 'public')"
    ).fetchone()
    return bool(row and row[0])


def _emptying(url: str) -> bytes:
    """Statements that remove all that Rowmill keeps."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ '^lake_[0-9a-f]{32}$'"
        ).fetchall()
    dropped = [f"DROP SCHEMA {name} CASCADE;\n" for (name,) in rows]
    quiet = "SET client_min_messages = warning;\n"
    return "".join([quiet, *dropped, "DROP SCHEMA public CASCADE;\n"]).encode()


def _address(url: str) -> tuple[str, dict[str, str]]:
    """The address without its password, which other users could see, and an environment with it."""
    parameters: dict[str, Any] = conninfo_to_dict(url)
    password = parameters.pop("password", None)
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    return make_conninfo(**parameters), environment


def _program(name: str, url: str) -> str:
    """The path of one of PostgreSQL's programs, new enough for the server."""
    ours = binaries() / name
    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10000
    if _major(str(ours)) >= server:
        return str(ours)
    installed = shutil.which(name)
    if installed is None or _major(installed) < server:
        raise DatabaseNotDumped(
            f"The server is PostgreSQL {server}: install {name} of that version or newer."
        )
    return installed


def _major(program: str) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+", answer.stdout)
    return int(found[0]) if found else 0


def _last_words(program: str, complaint: bytes) -> str:
    lines = complaint.decode(errors="replace").strip().splitlines()
    return f"{program} says: {' '.join(lines[-3:]) or 'nothing'}"
