"""Which encoding a text is in, and how it becomes UTF-8.

A file that is valid UTF-8 is never read as anything else. One with a few stray bytes among
valid UTF-8 stays UTF-8 as well: its bad records become rejects. Otherwise the bytes are of
an older encoding, Windows-1252 unless the text itself points elsewhere.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from rowmill.mill.errors import UnknownEncoding

FEW_INVALID_LINES: Final = 10
FEW_INVALID_SHARE: Final = 0.005
EVIDENCE_BYTES: Final = 64 * 1024

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_WESTERN_TEXT: Final = re.compile(  # everything that Windows-1252 has in use
    "[ -~\\s\u00a1-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u20ac\u201a\u201e\u2026"
    "\u2020\u2021\u02c6\u2030\u2039\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u203a]*"
)
_INVALID: Final = "rowmill-invalid"
_CONTROL: Final = "rowmill-control"


@dataclass(frozen=True)
class Encoding:
    """A Python codec, and the length of the byte order mark before the text, in bytes."""

    name: str
    bom: int = 0

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes need no transcoding."""
        return self.name == "utf-8"


def detect_encoding(head: bytes, slices: Iterable[bytes] = ()) -> Encoding:
    """The encoding of a file from its beginning and some pieces further on."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Encoding(name, len(bom))
    wide = _without_bom(head)
    if wide is not None:
        return Encoding(wide)
    sample = b"\n".join((_whole_lines(head), *(_inner_lines(piece) for piece in slices)))
    if is_utf8(sample):
        return Encoding("utf-8")
    return Encoding("utf-8" if is_mostly_utf8(sample) else guess_legacy(sample))


def named_encoding(name: str, head: bytes) -> Encoding:
    """The encoding that a person named; a byte order mark of that encoding is skipped.

    Raises:
        UnknownEncoding: there is no such encoding of text.
    """
    try:
        codec = codecs.lookup(name.strip())
        "a".encode(codec.name)
    except (LookupError, ValueError, TypeError) as error:
        raise UnknownEncoding(
            f"There is no text encoding named {name!r}.",
            hint="Use a name such as utf-8, windows-1252, iso-8859-1, utf-16 or shift_jis.",
        ) from error
    canonical = _public_name(codec.name)
    for bom, encoding in _BOMS:
        if head.startswith(bom) and encoding.startswith(canonical.removesuffix("-sig")):
            return Encoding(encoding, len(bom))
    return Encoding({"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(canonical, canonical))


def _public_name(codec: str) -> str:
    if re.fullmatch(r"cp125\d", codec):
        return "windows-" + codec[2:]
    return {"utf_8_sig": "utf-8", "ascii": "utf-8"}.get(codec, codec)


def _without_bom(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin text is zero."""
    pairs = head[:4096]
    pairs = pairs[: len(pairs) // 2 * 2]
    if len(pairs) < 4 or pairs.count(0) * 3 < len(pairs):
        return None
    even, odd = pairs[::2].count(0), pairs[1::2].count(0)
    half = len(pairs) // 2
    if odd > 0.7 * half and even * 10 < half:
        return "utf-16-le"
    if even > 0.7 * half and odd * 10 < half:
        return "utf-16-be"
    return None


def _whole_lines(piece: bytes) -> bytes:
    """The piece without a last line that may be cut within a character."""
    end = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
    return piece[: end + 1] if end >= 0 and not is_utf8(piece) else piece


def _inner_lines(piece: bytes) -> bytes:
    """The piece between its first and its last line end."""
    start, end = piece.find(b"\n"), piece.rfind(b"\n")
    return piece[start + 1 : end + 1] if 0 <= start < end else b""


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_mostly_utf8(sample: bytes) -> bool:
    """Whether invalid bytes are strays in a text that is UTF-8 otherwise."""
    lines = sample.splitlines()
    invalid = [line for line in lines if not is_utf8(line)]
    multibyte = sum(len(_MULTIBYTE.findall(line)) for line in lines if is_utf8(line))
    if multibyte > len(invalid):
        return True
    if len(invalid) > max(FEW_INVALID_LINES, FEW_INVALID_SHARE * len(lines)) or len(lines) < 100:
        return False
    return not any(is_western(line) for line in invalid)


def legacy_encoding(invalid: Sequence[bytes], count: int, text: Iterable[bytes]) -> str | None:
    """The encoding of a file in which `count` lines turned out not to be UTF-8.

    `invalid` are some of these lines. None if they are strays in a text that is UTF-8.
    """
    multibyte = lines = 0
    for chunk in text:
        lines += chunk.count(b"\n")
        if not chunk.isascii():
            multibyte += len(_MULTIBYTE.findall(chunk))
    if multibyte > count:
        return None
    is_many = count > max(FEW_INVALID_LINES, FEW_INVALID_SHARE * lines)
    if not is_many and not all(map(is_western, invalid)):
        return None
    return guess_legacy(b"\n".join(invalid))


def is_western(data: bytes) -> bool:
    """Whether the bytes are plausible text in Windows-1252: letters and signs in use."""
    text = data.decode("cp1252", "replace")
    return "ÿ" not in text and _WESTERN_TEXT.fullmatch(text) is not None


def guess_legacy(sample: bytes) -> str:
    """The encoding of text that is not UTF-8; Windows-1252 without strong signs of another."""
    lines = [line for line in sample.splitlines() if not line.isascii()]
    evidence = b"\n".join(lines)[:EVIDENCE_BYTES]
    if _share_of_letters(evidence) < 0.5 and all(map(is_western, evidence.splitlines())):
        return "windows-1252"
    charset_normalizer = import_module("charset_normalizer")
    best = charset_normalizer.from_bytes(evidence).best()
    if best is None or best.percent_chaos > 10 or best.percent_coherence < 20:
        return "windows-1252"
    return _public_name(codecs.lookup(best.encoding).name)


def _share_of_letters(data: bytes) -> float:
    """The share of bytes beyond ASCII among letters: high in scripts that are not Latin."""
    high = sum(byte > 127 for byte in data)
    letters = high + len(re.findall(rb"[A-Za-z]", data))
    return high / max(letters, 1)


def transcoded(chunks: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """The text of these chunks as UTF-8.

    What cannot be decoded becomes a byte that is not UTF-8, so that the record it stands in
    is recognised as broken. Nothing is guessed and nothing is dropped.
    """
    errors = _CONTROL if encoding.name == "windows-1252" else _INVALID
    decoder = codecs.getincrementaldecoder(encoding.name)(errors)
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogateescape")
    rest = decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")
    if rest:
        yield rest


def _invalid_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


def _control_character(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that Windows-1252 leaves open are control characters, as on the web."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return chr(error.object[error.start]), error.start + 1


codecs.register_error(_INVALID, _invalid_byte)
codecs.register_error(_CONTROL, _control_character)
