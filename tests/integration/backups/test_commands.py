"""`rowmill backup` and `rowmill restore` as an operator uses them, on the running program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.backups.conftest import some_rows
from tests.programs import PASSWORD, Program, finished_import

AUTH = ("ada@example.com", PASSWORD)


def rowmill(
    data_dir: Path, *arguments: str, source: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ROWMILL_")}
    return subprocess.run(
        [sys.executable, "-m", "rowmill", *arguments],
        env={**environment, "ROWMILL_DATA_DIR": str(data_dir), "ROWMILL_MIN_FREE_BYTES": "0"},
        cwd=data_dir.parent,
        input=source,
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_a_backup_of_the_running_program_makes_another_one_like_it(tmp_path: Path) -> None:
    with Program(tmp_path / "here") as here:
        client = here.account(AUTH[0])
        for i in range(3):
            body = some_rows(2_000, seed=i * 5_000).encode()
            sent = client.put("/api/datasets/orders/data", content=body).json()
        backup = rowmill(here.data_dir, "backup", str(tmp_path / "all.tar"))
        assert backup.returncode == 0, backup.stderr
        streamed = rowmill(here.data_dir, "backup", "-")
        assert streamed.returncode == 0, streamed.stderr
        refused = rowmill(here.data_dir, "restore", str(tmp_path / "all.tar"), "--force")
        assert refused.returncode == 2
        assert b"Still in use" in refused.stderr
        assert finished_import(client, sent["import_id"])["status"] == "succeeded"
        wanted = client.get("/api/datasets/orders/export").text

    check = rowmill(tmp_path / "here", "restore", "--check", str(tmp_path / "all.tar"))
    assert (check.returncode, b"Whole: 1 users" in check.stderr) == (0, True)
    restored = rowmill(tmp_path / "there", "restore", "-", source=streamed.stdout)
    assert restored.returncode == 0, restored.stderr
    with Program(tmp_path / "there") as there:
        client = there.client(auth=AUTH)
        finished_import(client, sent["import_id"])
        export = client.get("/api/datasets/orders/export").text
        assert sorted(export.splitlines()) == sorted(wanted.splitlines())


@pytest.mark.parametrize("target", ["nowhere/all.tar", "all.tar"])
def test_what_cannot_be_done_is_said_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, target: str
) -> None:
    result = rowmill(tmp_path / "data", "backup", str(tmp_path / target))
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr
    assert b"There is no" in result.stderr
    assert list(tmp_path.iterdir()) == []
