"""Files in containers: what is inside is read, and what must not be is refused in time."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Mapping

import pyarrow as pa
import pytest

from rowmill.mill import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    ExpandsTooMuch,
    Limits,
    MemberUndecided,
    NotText,
)
from rowmill.mill.errors import BadOption
from tests.factories.workbooks import xlsx
from tests.unit.mill.conftest import Parser

CSV = b"id,name\n1,x\n2,y\n"
ROWS = [(1, "x"), (2, "y")]
MEBIBYTE = 1024 * 1024


def gzipped(data: bytes) -> bytes:
    """Without the time, so that the same tests have the same names everywhere."""
    return gzip.compress(data, mtime=0)


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def zstd(content: bytes) -> bytes:
    packed: bytes = pa.Codec("zstd").compress(content, asbytes=True)
    return packed


@pytest.mark.parametrize(
    ("packed", "container"),
    [
        (gzipped(CSV), "gzip"),
        (gzipped(CSV[:8]) + gzipped(CSV[8:]), "gzip"),
        (zstd(CSV), "zstd"),
        (zstd(CSV[:8]) + zstd(CSV[8:]), "zstd"),
        (zipped({"a.csv": CSV}), "zip"),
        (zipped({"a.csv": CSV}, zipfile.ZIP_STORED), "zip"),
        (zipped({"a.csv": CSV}, zipfile.ZIP_LZMA), "zip"),
        (zipped({"deep/a.csv.gz": gzipped(CSV)}), "zip, gzip"),
    ],
)
def test_what_is_packed_is_read_and_the_plan_says_so(
    parsing: Parser, packed: bytes, container: str
) -> None:
    parsed = parsing(packed)
    assert parsed.rows == ROWS
    assert (parsed.result.plan.format, parsed.result.plan.container) == ("csv", container)


def test_folders_and_leftovers_of_systems_do_not_count_as_members(parsing: Parser) -> None:
    packed = zipped({"data/": b"", "data/a.csv": CSV, "__MACOSX/data/._a.csv": b"x"})
    parsed = parsing(packed)
    assert parsed.rows == ROWS
    assert parsed.result.plan.member == "data/a.csv"


def test_of_several_members_one_must_be_chosen_and_can_be(parsing: Parser) -> None:
    packed = zipped({"a.csv": CSV, "b.csv": b"n\n7\n"})
    with pytest.raises(MemberUndecided, match=r"2 files: a\.csv, b\.csv") as caught:
        parsing(packed)
    assert caught.value.extra["members"] == ["a.csv", "b.csv"]
    assert "member" in caught.value.extra["hint"]
    assert parsing.told(packed, member="b.csv").rows == [(7,)]
    with pytest.raises(BadOption, match=r"no member 'c\.csv'.*a\.csv, b\.csv"):
        parsing.told(packed, member="c.csv")


def test_a_member_of_what_is_no_archive_is_refused(parsing: Parser) -> None:
    with pytest.raises(BadOption, match="no ZIP archive"):
        parsing.told(CSV, member="a.csv")


@pytest.mark.parametrize(
    "broken",
    [
        gzipped(CSV * 100)[:-12],
        gzipped(CSV * 100)[:30] + b"\xff" * 20 + gzipped(CSV * 100)[50:],
        zstd(CSV * 100)[:-4],
        zipped({"a.csv": CSV * 100})[:-30],
        b"PK\x03\x04" + bytes(100),
        b"\x1f\x8b" + bytes(20),
    ],
)
def test_a_damaged_container_fails_as_a_whole(parsing: Parser, broken: bytes) -> None:
    with pytest.raises(DamagedFile):
        parsing(broken)


def test_an_archive_with_a_password_is_named_as_such(parsing: Parser) -> None:
    packed = bytearray(zipped({"a.csv": CSV}, zipfile.ZIP_STORED))
    for signature, distance in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = packed.index(signature) + distance
        packed[start : start + 2] = struct.pack("<H", 1)
    with pytest.raises(EncryptedFile, match=r"a\.csv"):
        parsing(bytes(packed))


def test_an_empty_archive_is_empty(parsing: Parser) -> None:
    with pytest.raises(EmptyFile):
        parsing(zipped({}))


@pytest.mark.parametrize("pack", [gzipped, zstd, lambda data: zipped({"a.csv": data})])
def test_a_bomb_stops_at_the_limit(parsing: Parser, pack: object) -> None:
    assert callable(pack)
    bomb = pack(b"a\n" + b"0" * (9 * MEBIBYTE))
    with pytest.raises(ExpandsTooMuch, match="8 MiB"):
        parsing(bomb, limits=Limits(max_expanded_bytes=8 * MEBIBYTE))


def test_a_file_that_expands_beyond_its_ratio_is_refused(parsing: Parser) -> None:
    bomb = gzip.compress(b"0" * (300 * MEBIBYTE), 1)
    with pytest.raises(ExpandsTooMuch):
        parsing(bomb, limits=Limits(max_expansion=10))


def test_an_archive_of_endless_members_is_refused(parsing: Parser) -> None:
    packed = zipped({f"{number}.csv": b"a\n" for number in range(30)})
    with pytest.raises(ExpandsTooMuch, match="30 members"):
        parsing(packed, limits=Limits(max_members=20))


def test_a_file_packed_again_and_again_is_refused(parsing: Parser) -> None:
    packed = CSV
    for _ in range(5):
        packed = gzipped(packed)
    with pytest.raises(DamagedFile, match="again and again"):
        parsing(packed)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (zipped({"[Content_Types].xml": b"", "word/document.xml": b""}), "Word"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "OpenDocument text"),
        (gzipped(b"%PDF-1.7\n"), "PDF"),
        (b"<!DOCTYPE html><html><body><table>", "web page"),
        (b'<?xml version="1.0"?><rows/>', "XML"),
        (gzipped(bytes(257) + b"ustar" + bytes(600)), "TAR"),
    ],
)
def test_other_documents_are_named_for_what_they_are(
    parsing: Parser, content: bytes, name: str
) -> None:
    with pytest.raises(NotText, match=name):
        parsing(content)


def test_a_packed_workbook_is_read(parsing: Parser) -> None:
    book = xlsx({"A": [["id", "name"], [1, "x"], [2, "y"]]})
    for packed in (gzipped(book), zipped({"a.xlsx": book})):
        parsed = parsing(packed)
        assert parsed.rows == ROWS
        assert parsed.result.plan.format == "xlsx"
