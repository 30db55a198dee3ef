"""Encodings: UTF-8 wherever it can be, and nothing lost on the way to it."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.mill.container import ensure_text
from rowmill.mill.encoding import (
    Encoding,
    detect_encoding,
    legacy_encoding,
    named_encoding,
    transcoded,
)
from rowmill.mill.errors import EmptyFile, NotText, UnknownEncoding

RUSSIAN = "Привет мир, как дела\nМосква,Россия\n"  # noqa: RUF001  # Cyrillic it is
WESTERN = "name,city\n" + "naïve café,Zürich\nÅrhus,Malmö\n“so” – said,5 €\n" * 3


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"a,b\n1,2\n", Encoding("utf-8")),
        (WESTERN.encode(), Encoding("utf-8")),
        (codecs.BOM_UTF8 + b"a,b\n", Encoding("utf-8", 3)),
        (codecs.BOM_UTF16_LE + "a,b\n".encode("utf-16-le"), Encoding("utf-16-le", 2)),
        (codecs.BOM_UTF16_BE + "a,b\n".encode("utf-16-be"), Encoding("utf-16-be", 2)),
        (codecs.BOM_UTF32_LE + "a,b\n".encode("utf-32-le"), Encoding("utf-32-le", 4)),
        ("a,b\n1,2\n".encode("utf-16-le"), Encoding("utf-16-le")),
        ("a,b\n1,2\n".encode("utf-16-be"), Encoding("utf-16-be")),
        (WESTERN.encode("cp1252"), Encoding("windows-1252")),
        ("naïve café\n".encode("latin-1"), Encoding("windows-1252")),
        ((RUSSIAN * 20).encode("cp1251"), Encoding("windows-1251")),
    ],
)
def test_encoding_is_found(content: bytes, encoding: Encoding) -> None:
    assert detect_encoding(content) == encoding


def test_cut_character_at_the_end_of_a_sample_is_no_fault() -> None:
    assert detect_encoding(("x,é\n" * 100).encode()[:-2]).is_utf8


def test_piece_of_the_middle_may_begin_within_a_character() -> None:
    piece = "é,é\nä,ö\né,é\n".encode()
    assert detect_encoding(b"a,b\n" * 100, [piece[1:-2]]).is_utf8


def test_stray_bytes_do_not_make_utf8_another_encoding() -> None:
    assert detect_encoding("né,ö\n".encode() * 50 + b"\xff,x\n").is_utf8
    assert detect_encoding(b"a,b\n" * 500 + b"\xff\xfe,x\n").is_utf8


@pytest.mark.parametrize(
    ("invalid", "count", "rest", "encoding"),
    [
        ([b"caf\xe9,1"], 1, b"a,b\n" * 1000, "windows-1252"),
        ([b"\xff\x81,1"], 1, b"a,b\n" * 1000, None),
        ([b"caf\xe9,1"], 1, "é,é,é\n".encode() * 10, None),
        ([b"\xff\x81,1"] * 50, 50, b"a,b\n" * 1000, "windows-1252"),
    ],
)
def test_invalid_lines_are_judged_by_the_whole_file(
    invalid: list[bytes], count: int, rest: bytes, encoding: str | None
) -> None:
    assert legacy_encoding(invalid, count, [rest]) == encoding


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("UTF8", Encoding("utf-8")),
        ("cp1252", Encoding("windows-1252")),
        ("Windows-1252", Encoding("windows-1252")),
        ("latin1", Encoding("iso8859-1")),
        ("ascii", Encoding("utf-8")),
        ("utf-16", Encoding("utf-16-le")),
        ("shift_jis", Encoding("shift_jis")),
    ],
)
def test_encoding_can_be_named(name: str, encoding: Encoding) -> None:
    assert named_encoding(name, b"a,b\n") == encoding


def test_mark_of_a_named_encoding_is_skipped() -> None:
    assert named_encoding("utf-8", codecs.BOM_UTF8 + b"a") == Encoding("utf-8", 3)
    assert named_encoding("utf-16", codecs.BOM_UTF16_BE + b"\0a") == Encoding("utf-16-be", 2)


@pytest.mark.parametrize("name", ["klingon", "base64", "", "zlib"])
def test_unknown_encoding_is_refused(name: str) -> None:
    with pytest.raises(UnknownEncoding, match="no text encoding"):
        named_encoding(name, b"")


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le", "gb18030"]),
    st.integers(1, 7),
)
def test_transcoding_keeps_every_character(text: str, name: str, size: int) -> None:
    data = text.encode(name)
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    assert b"".join(transcoded(chunks, Encoding(name))).decode() == text


def test_every_byte_of_windows_1252_is_a_character() -> None:
    text = b"".join(transcoded([bytes(range(256))], Encoding("windows-1252"))).decode()
    assert len(text) == 256
    assert text[0x80] == "€"
    assert text[0x81] == "\x81"


def test_undecodable_bytes_stay_visible_as_such() -> None:
    assert b"".join(transcoded([b"a\x81\nb\n"], Encoding("shift_jis"))) == b"a\xff\nb\n"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PK\x03\x04" + b"\0" * 30, "ZIP archive"),
        (b"PAR1" + b"\0" * 30, "Parquet"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Microsoft Office"),
        (bytes(range(256)) * 4, "binary data"),
    ],
)
def test_binary_files_are_named_for_what_they_are(head: bytes, kind: str) -> None:
    with pytest.raises(NotText, match=kind):
        ensure_text(head, is_wide=False)


@pytest.mark.parametrize("head", [b"", b"\n \r\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_empty_files_are_refused(head: bytes) -> None:
    with pytest.raises(EmptyFile):
        ensure_text(head, is_wide=False)
