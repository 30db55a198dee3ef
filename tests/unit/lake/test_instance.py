from __future__ import annotations

from pathlib import Path

import pytest

from rowmill.errors import ConfigurationError
from rowmill.lake.instance import SpillFolder, extension_file


def test_a_missing_extension_is_named() -> None:
    with pytest.raises(ConfigurationError, match="duckdb-extension-no-such-thing"):
        extension_file("no_such_thing")


def test_what_a_killed_process_spilled_is_removed_by_the_next(tmp_path: Path) -> None:
    dead = SpillFolder(tmp_path)
    dead.folder.mkdir()
    (dead.folder / "data.tmp").write_bytes(b"x")
    dead._lock.close()  # as the system does when a process dies
    alive = SpillFolder(tmp_path)
    alive.folder.mkdir()
    third = SpillFolder(tmp_path)
    assert not dead.folder.exists()
    assert alive.folder.exists()
    alive.remove()
    third.remove()
    assert list(tmp_path.iterdir()) == []
