"""A setting that cannot work ends the program at its start, and not at the first connection."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROWMILL_ALLOW_PRIVATE_HOSTS", "http://nas.lan"),
        ("ROWMILL_ENCRYPTION_KEY", "short"),
        ("ROWMILL_MAIL_FROM", "nobody"),
    ],
)
def test_a_setting_for_going_out_that_cannot_work_is_named(
    tmp_path: Path, command: str, name: str, value: str
) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ROWMILL_")}
    ended = subprocess.run(
        [sys.executable, "-m", "rowmill", command],
        env={**environment, "ROWMILL_DATA_DIR": str(tmp_path / "data"), name: value},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert name in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data").exists()
