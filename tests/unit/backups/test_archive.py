from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rowmill.backups import archive
from rowmill.backups.archive import ArchiveWriter, BrokenBackup, Manifest


def fill(written: ArchiveWriter) -> Manifest:
    manifest = Manifest("1.0", "0007", "2026-01-31T03:00:00+00:00", {"users": 1})
    written.add_pieces("database.dump", 6, [b"ab", b"", b"cdef"])
    written.add_pieces("store/files/w/00/abc", 0, [])
    written.close(manifest)
    return manifest


def test_what_is_written_is_read(tmp_path: Path) -> None:
    with archive.writing(tmp_path / "all.tar") as written:
        manifest = fill(written)
    assert archive.checked(tmp_path / "all.tar") == manifest
    contents = {name: content.read() for name, _, content in archive.members(tmp_path / "all.tar")}
    assert contents["database.dump"] == b"abcdef"
    assert contents["store/files/w/00/abc"] == b""


def test_a_stream_is_as_good_as_a_file(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with archive.writing(stream) as written:
        manifest = fill(written)
    (tmp_path / "all.tar").write_bytes(stream.getvalue())
    assert archive.checked(tmp_path / "all.tar") == manifest


def failing() -> Iterator[bytes]:
    yield b"abc"
    raise RuntimeError("the object store went away")


def test_an_archive_that_could_not_be_ended_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "all.tar").write_bytes(b"the one of yesterday")
    with pytest.raises(RuntimeError), archive.writing(tmp_path / "all.tar") as written:
        written.add_pieces("database.dump", 6, failing())
    assert [path.name for path in tmp_path.iterdir()] == ["all.tar"]
    assert (tmp_path / "all.tar").read_bytes() == b"the one of yesterday"


@pytest.mark.parametrize(
    "name", ["../outside", "store/../../outside", "/etc/passwd", "store/", "store//a", "other"]
)
def test_a_member_that_would_lie_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with archive.writing(tmp_path / "all.tar") as written:
        written.add_pieces(name, 1, [b"x"])
        fill(written)
    with pytest.raises(BrokenBackup, match="does not belong"):
        archive.checked(tmp_path / "all.tar")


def test_a_link_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "all.tar", "w") as tar:
        link = tarfile.TarInfo("store/files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(BrokenBackup):
        archive.checked(tmp_path / "all.tar")


def test_a_member_that_the_manifest_does_not_name_is_refused(tmp_path: Path) -> None:
    with archive.writing(tmp_path / "all.tar") as written:
        fill(written)
        written.add_pieces("store/files/smuggled", 1, [b"x"])
    with pytest.raises(BrokenBackup, match="smuggled"):
        archive.checked(tmp_path / "all.tar")
