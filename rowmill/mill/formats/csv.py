"""Text files of records: CSV and its many relatives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rowmill.mill.container import ensure_text
from rowmill.mill.detected import Detected
from rowmill.mill.dialect import Rows, cut_rows, detect_dialect
from rowmill.mill.encoding import Encoding, detect_encoding, named_encoding, transcoded
from rowmill.mill.errors import BadOption, EmptyFile, TooManyColumns, UnreadableFile
from rowmill.mill.evidence import Evidence, settle
from rowmill.mill.formats.columns import given_types
from rowmill.mill.header import Layout, find_layout
from rowmill.mill.naming import column_names
from rowmill.mill.plan import PlanColumn, ReadOptions, ReadPlan
from rowmill.mill.records import Dialect
from rowmill.mill.request import Limits
from rowmill.mill.source import HEAD_BYTES, Sample, read_sample

MAX_SAMPLE_ROWS: Final = 4000
MAX_SAMPLE_CELLS: Final = 250_000
LAYOUT_ROWS: Final = 200

_LINE_END: Final = re.compile(rb"[\r\n]")
_HINT: Final = re.compile(rb"sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class _Text:
    """The beginning of the file as UTF-8; whether it is all of it."""

    content: bytes
    is_whole: bool
    encoding: Encoding


def detect(path: str, options: ReadOptions, limits: Limits) -> Detected:
    """Make a read plan from a bounded look at the file.

    Raises:
        EmptyFile, NotText, UnreadableFile, UnknownEncoding, TooManyColumns, BadOption.
    """
    sample = read_sample(path)
    text = _text(path, sample, options, limits)
    options = _with_hint(text.content, options)
    body, skipped = _after_lines(text.content, options.skip_rows or 0)
    dialect = _dialect(body, options)
    rows = cut_rows(body, dialect, MAX_SAMPLE_ROWS, is_whole=text.is_whole)
    if not any(any(row) for row in rows.rows):
        raise _unreadable(rows)
    layout = _layout(rows, options)
    if layout.width > limits.max_columns:
        raise TooManyColumns(
            f"The file has {layout.width:,} columns; {limits.max_columns:,} are allowed.",
            line=rows.lines[layout.start] + skipped,
            hint="Check the delimiter, or turn columns into rows.",
        )
    plan = _plan(text.encoding, rows, layout, skipped)
    plan = replace(plan, nulls=options.nulls)
    evidence = _evidence(plan, rows, layout, sample, options)
    notes = _notes(plan, text.encoding)
    bytes_per_row = rows.size / len(rows.rows)
    plan = settle(plan, evidence).plan.with_notes(*notes)
    return Detected(plan, evidence, bytes_per_row, path)


def first_records(path: str, plan: ReadPlan, most: int) -> tuple[tuple[str | None, ...], ...]:
    """The first records of a planned file, as texts; an empty one is None. Broken ones are left
    out, and so are blank ones.
    """
    sample = read_sample(path)
    text = b"".join(transcoded([sample.head[plan.bom :]], encoding_of(plan)))
    wanted = plan.skip_rows + plan.header + 2 * most
    rows = cut_rows(text, dialect_of(plan), wanted, is_whole=sample.is_whole)
    body = [row for row, line in zip(rows.rows, rows.lines, strict=True) if line > plan.skip_rows]
    width = len(plan.columns)
    fitting = [row for row in body[int(plan.header) :] if len(row) == width and any(row)]
    return tuple(tuple(text or None for text in row) for row in fitting[:most])


def dialect_of(plan: ReadPlan) -> Dialect:
    """How the records of a planned file are written."""
    return Dialect(plan.delimiter, plan.quote, plan.escape, plan.newline)


def encoding_of(plan: ReadPlan) -> Encoding:
    """The encoding of a planned file."""
    return Encoding(plan.encoding, plan.bom)


def _text(path: str, sample: Sample, options: ReadOptions, limits: Limits) -> _Text:
    encoding = (
        named_encoding(options.encoding, sample.head)
        if options.encoding
        else detect_encoding(sample.head, sample.slices)
    )
    ensure_text(sample.head, is_wide=encoding.name.startswith(("utf-16", "utf-32")))
    while True:
        content = b"".join(transcoded([sample.head[encoding.bom :]], encoding))
        if sample.is_whole or _LINE_END.search(content):
            break
        size = len(sample.head)
        if size > limits.max_record_bytes:
            raise _first_line_too_long(limits)
        sample = read_sample(path, min(size * 8, limits.max_record_bytes + HEAD_BYTES))
    first = _LINE_END.search(content)
    if (first.start() if first else len(content)) > limits.max_record_bytes:
        raise _first_line_too_long(limits)
    end = max(content.rfind(b"\n"), content.rfind(b"\r")) + 1
    return _Text(content if sample.is_whole else content[:end], sample.is_whole, encoding)


def _first_line_too_long(limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        f"The first line is longer than {limits.max_record_bytes:,} bytes.",
        line=1,
        hint="Check that the file has line ends.",
    )


def _with_hint(text: bytes, options: ReadOptions) -> ReadOptions:
    """The options with what a first line such as `sep=;`, meant for Excel, says."""
    hint = _HINT.match(text)
    if hint is None or options.skip_rows is not None:
        return options
    given = options.delimiter or hint[1].decode("utf-8", "replace")
    return replace(options, delimiter=given, skip_rows=1)


def _after_lines(text: bytes, count: int) -> tuple[bytes, int]:
    position = 0
    for _ in range(count):
        end = text.find(b"\n", position)
        if end < 0:
            raise BadOption(
                f"skip_rows is {count}, but the file has fewer lines.",
                hint="Skip fewer lines.",
            )
        position = end + 1
    return text[position:], count


def _dialect(text: bytes, options: ReadOptions) -> Dialect:
    fixed = {
        name for name in ("delimiter", "quote", "escape") if getattr(options, name) is not None
    }
    for name in fixed:
        _check_mark(name, getattr(options, name))
    known = Dialect(options.delimiter or "", options.quote or "", options.escape or "")
    return detect_dialect(text, known, frozenset(fixed))


def _check_mark(name: str, mark: str) -> None:
    longest = 4 if name == "delimiter" else 1
    if len(mark.encode()) > longest or "\n" in mark or "\r" in mark:
        raise BadOption(f"{mark!r} cannot be a {name}.", hint="Use a single character.")


def _unreadable(rows: Rows) -> EmptyFile | UnreadableFile:
    if any(not row for row in rows.rows):
        return UnreadableFile(
            "No record of the file can be read: quotes are not closed.",
            line=1,
            hint="Check the quotes, or name the quote character of the file.",
        )
    return EmptyFile()


def _layout(rows: Rows, options: ReadOptions) -> Layout:
    first = rows.rows[:LAYOUT_ROWS]
    width = replace(rows, rows=first).width
    if options.skip_rows is not None and options.header is False:
        return Layout(0, width, has_header=False)
    return find_layout(first, width, header=options.header)


def _plan(encoding: Encoding, rows: Rows, layout: Layout, skipped: int) -> ReadPlan:
    first = rows.rows[layout.start]
    labels = [""] * layout.width
    if layout.has_header:
        labels = [cell.strip() for cell in (*first, *labels)][: layout.width]
    names = column_names(labels)
    columns = tuple(
        PlanColumn(name, label or name, "text") for name, label in zip(names, labels, strict=True)
    )
    dialect = rows.dialect
    return ReadPlan(
        format="csv",
        encoding=encoding.name,
        bom=encoding.bom,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        newline=dialect.newline,
        header=layout.has_header,
        skip_rows=skipped + rows.lines[layout.start] - 1,
        columns=columns,
    )


def _evidence(
    plan: ReadPlan, rows: Rows, layout: Layout, sample: Sample, options: ReadOptions
) -> Evidence:
    width = len(plan.columns)
    evidence = Evidence([set() for _ in plan.columns], day_first=options.day_first)
    evidence.fixed.update(given_types(plan, options))
    limit = max(MAX_SAMPLE_CELLS // width, 50)
    body = rows.rows[layout.start + layout.has_header :]
    samples: list[Sequence[Sequence[str]]] = [body[: limit // 2]]
    if not sample.is_whole:
        each = max(limit // 2 // max(len(sample.slices), 1), 5)
        *inner, last = sample.slices
        samples += [_slice_rows(piece, plan, rows.dialect, each) for piece in inner]
        at_end = _slice_rows(last, plan, rows.dialect, MAX_SAMPLE_ROWS, is_end=True)
        samples.append(at_end[-each:])
    for position, texts in _by_column(samples, width):
        evidence.add(position, texts - set(plan.nulls))
    return evidence


def _by_column(
    samples: Sequence[Sequence[Sequence[str]]], width: int
) -> Iterator[tuple[int, set[str]]]:
    whole = [row for rows in samples for row in rows if len(row) in {width, width + 1}]
    for position, cells in enumerate(zip(*whole, strict=False)):
        if position < width:
            yield position, set(cells) - {""}


def _slice_rows(
    piece: bytes, plan: ReadPlan, dialect: Dialect, most: int, *, is_end: bool = False
) -> Sequence[Sequence[str]]:
    """The first records of a piece from the middle of the file, from its first line end on."""
    text = b"".join(transcoded([piece], encoding_of(plan)))
    newline = b"\r" if dialect.newline == "\r" else b"\n"
    start = text.find(newline) + 1
    return cut_rows(text[start:], dialect, most, is_whole=is_end).rows


def _notes(plan: ReadPlan, encoding: Encoding) -> list[str]:
    notes = []
    if not encoding.is_utf8:
        notes.append(f"The text is encoded in {encoding.name}.")
    if plan.skip_rows:
        lines = "line" if plan.skip_rows == 1 else "lines"
        notes.append(f"{plan.skip_rows} {lines} before the table were skipped.")
    if not plan.header:
        notes.append("The first row is a record: the file has no header.")
    return notes
