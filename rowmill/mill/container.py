"""What a file is by its first bytes, when it is not text."""

from __future__ import annotations

import re
from typing import Final

from rowmill.mill.errors import EmptyFile, NotText

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
ZIP: Final = b"PK\x03\x04"
EMPTY_ZIP: Final = b"PK\x05\x06"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARQUET: Final = b"PAR1"

_SIGNATURES: Final = (
    (ZIP, "a ZIP archive"),
    (EMPTY_ZIP, "an empty ZIP archive"),
    (OLE, "an old Microsoft Office document"),
    (PARQUET, "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF media file"),
    (GZIP, "a gzip archive"),
    (ZSTD, "a Zstandard archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a Windows program"),
)
_TAR: Final = b"ustar"
_TAR_OFFSET: Final = 257
_MARKUP: Final = (
    (re.compile(rb"\s*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE), "a web page (HTML)"),
    (re.compile(rb"\s*<\?xml\s"), "an XML document"),
)
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_TEXT_CONTROLS: Final = frozenset(b"\t\n\x0b\x0c\r\x1a\x1b")


def ensure_text(head: bytes, *, is_wide: bool) -> None:
    """Refuse what cannot be text. `is_wide` says that zero bytes belong to the encoding.

    Raises:
        EmptyFile: there is nothing, or nothing but white space.
        NotText: the bytes are those of another kind of file.
    """
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise EmptyFile(hint="Check that the export wrote something, then send it again.")
    looks_like = signature(head)
    if looks_like is None and not is_wide:
        looks_like = _control_characters(head)
    if looks_like is not None:
        raise not_a_table(looks_like)


def not_a_table(looks_like: str) -> NotText:
    """The error for a file of another kind."""
    return NotText(
        f"This is not a file of records: it looks like {looks_like}.",
        line=1,
        hint="Export the table as CSV, Excel, JSON or Parquet, and send that file.",
    )


def signature(head: bytes) -> str | None:
    """What kind of file, not text of records, begins like this; None if none that is known."""
    if head.startswith(_WIDE_MARKS):
        return None
    if head[_TAR_OFFSET : _TAR_OFFSET + len(_TAR)] == _TAR:
        return "a TAR archive"
    text = head.removeprefix(_UTF8_MARK)
    for pattern, name in _MARKUP:
        if pattern.match(text):
            return name
    return next((name for start, name in _SIGNATURES if head.startswith(start)), None)


def _control_characters(head: bytes) -> str | None:
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in head[:65536])
    return "binary data" if controls > 0.01 * min(len(head), 65536) + 1 else None
