"""From a file as it was sent to its records: unpacked, recognised, looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from rowmill.mill.container import OLE, PARQUET, ZIP, ensure_text
from rowmill.mill.detected import Detected, Look
from rowmill.mill.encoding import Encoding, detect_encoding, named_encoding, transcoded
from rowmill.mill.errors import BadOption, BeginningOnly
from rowmill.mill.formats import csv, json, parquet, workbook
from rowmill.mill.meter import Meter
from rowmill.mill.plan import FORMATS, ReadOptions
from rowmill.mill.request import MEBIBYTE, Limits
from rowmill.mill.source import Source, read_sample
from rowmill.mill.unpacking import Unpacked, unpack

SAMPLE_BYTES: Final = 8 * MEBIBYTE
SAMPLE_RECORDS: Final = 2_000

_HEAD: Final = 8
_LONGEST_LETTER: Final = 4


def detect(
    path: str,
    options: ReadOptions,
    limits: Limits,
    folder: Path,
    meter: Meter,
    *,
    is_sample: bool = False,
    is_cut: bool = False,
) -> Detected:
    """Make a read plan, and read what is not text into a table, within `folder`.

    With `is_sample` only the beginning of what has to be unpacked or converted is looked at.
    With `is_cut` nothing but the file's beginning is there; its last line is taken off.

    Raises:
        ImportFailed: the file cannot be read.
    """
    if options.format is not None and options.format not in FORMATS:
        raise BadOption(f"{options.format!r} is not a format.", hint=f"Use {', '.join(FORMATS)}.")
    unpacked = unpack(
        path,
        options,
        limits,
        folder,
        most=SAMPLE_BYTES if is_sample else None,
        is_cut=is_cut,
        on_done=lambda share: meter.tell(share, 0),
    )
    if unpacked.containers:
        meter.scale = meter.total / max(Path(unpacked.path).stat().st_size, 1)
    most = SAMPLE_RECORDS if is_sample else None
    is_cut = not unpacked.is_whole
    found = _recognised(unpacked, Look(options, limits, folder, meter, most, is_cut))
    if not unpacked.containers:
        return found
    packed = " in ".join(reversed(unpacked.containers))
    note = f"The file was packed in {packed}" + (
        f" as {unpacked.member!r}." if unpacked.member else "."
    )
    container = ", ".join(unpacked.containers)
    plan = replace(found.plan, container=container, member=unpacked.member).with_notes(note)
    return replace(found, plan=plan)


def _recognised(unpacked: Unpacked, look: Look) -> Detected:
    path, options = unpacked.path, look.options
    with Path(path).open("rb") as file:
        head = file.read(_HEAD)
    if look.is_cut and head.startswith((ZIP, OLE, PARQUET)):
        raise BeginningOnly("A workbook or Parquet file is recognised only as a whole.")
    if head.startswith((ZIP, OLE)):
        found = workbook.read(path, look)
    elif head.startswith(PARQUET):
        found = parquet.read(path, options)
    else:
        return _text(unpacked, look)
    if options.format not in {None, found.plan.format}:
        raise _other_format(options, found.plan.format)
    return found


def _text(unpacked: Unpacked, look: Look) -> Detected:
    """A file of text is CSV unless it begins like JSON, or a person said so."""
    path, options = unpacked.path, look.options
    if options.format not in {None, "csv", "json", "jsonl"}:
        raise _other_format(options, "text")
    flavour: json.Flavour | None
    if not unpacked.is_whole:
        _drop_cut_letter(path)
    if options.format == "json":
        flavour = "json"
    elif options.format == "jsonl":
        flavour = "jsonl"
    else:
        flavour = None if options.format else _flavour(path, options)
    if flavour is None:
        _only_for(options, "csv")
        if not unpacked.is_whole:
            _drop_last_line(path)
        return csv.detect(path, options, look.limits)
    _only_for(options, flavour)
    if flavour == "jsonl" and not unpacked.is_whole:
        _drop_last_line(path)
    source = _in_utf8(path, options, look.folder)
    return json.read(source, flavour, look)


def _flavour(path: str, options: ReadOptions) -> json.Flavour | None:
    sample = read_sample(path)
    encoding = _encoding(sample.head, options)
    start = sample.head[encoding.bom : encoding.bom + 4096].lstrip(b"\x00 \t\r\n")[:1]
    if start not in {b"{", b"["}:
        return None
    text = b"".join(transcoded([sample.head[encoding.bom :]], encoding))
    return json.flavour_of(text.decode("utf-8", "replace"), is_whole=sample.is_whole)


def _encoding(head: bytes, options: ReadOptions) -> Encoding:
    if options.encoding:
        return named_encoding(options.encoding, head)
    return detect_encoding(head)


def _in_utf8(path: str, options: ReadOptions, folder: Path) -> Source:
    """The text as UTF-8, written anew where it is not: places in it are in bytes of UTF-8."""
    sample = read_sample(path)
    encoding = (
        named_encoding(options.encoding, sample.head)
        if options.encoding
        else detect_encoding(sample.head, sample.slices)
    )
    ensure_text(sample.head, is_wide=encoding.name.startswith(("utf-16", "utf-32")))
    source = Source(path, encoding)
    if encoding.is_utf8:
        return source
    target = folder / "text"
    with target.open("wb") as file:
        file.writelines(source.text())
    return Source(str(target), Encoding("utf-8"))


def _drop_last_line(path: str) -> None:
    """Cut an unpacked beginning behind its last line end."""
    with Path(path).open("r+b") as file:
        content = file.read()
        file.truncate(content.rfind(b"\n") + 1 or len(content))


def _drop_cut_letter(path: str) -> None:
    """Take off what may be the first bytes of a letter of several bytes."""
    with Path(path).open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(max(size - _LONGEST_LETTER, 0))
        tail = file.read()
        kept = tail.rstrip(bytes(range(0x80, 0x100)))
        if kept:
            file.truncate(size - len(tail) + len(kept))


def _only_for(options: ReadOptions, file_format: str) -> None:
    """Refuse options that make no sense here. Raises: BadOption."""
    if options.sheet is not None:
        raise BadOption(
            "The file is no workbook, so it has no sheets.", hint="Leave the option sheet out."
        )
    if options.records is not None and file_format == "csv":
        raise BadOption(
            "The file is not JSON, so it has no lists of records.",
            hint="Leave the option records out.",
        )


def _other_format(options: ReadOptions, real: str) -> BadOption:
    return BadOption(
        f"The file is not {options.format}: it is {real}.", hint="Leave the option format out."
    )
