"""JSON: a list of objects, alone or within a document, and JSON Lines.

Each object is a record. Numbers keep their value to the last digit. Members of
inner objects become columns of their own, `address.city`; lists stay JSON, as text. A member
that is missing, null, NaN or an empty object is null; an empty text stays an empty text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from rowmill.mill.detected import Detected, Look
from rowmill.mill.encoding import is_utf8
from rowmill.mill.errors import BadOption, EmptyFile, RecordsUndecided, UnreadableFile
from rowmill.mill.evidence import settle
from rowmill.mill.formats.columns import given_types, plan_of
from rowmill.mill.formats.document import Document
from rowmill.mill.formats.values import DECODER, Number, Pairs, compact, plain
from rowmill.mill.places import Spot, in_document
from rowmill.mill.screen import RAW_BYTES, Reject
from rowmill.mill.source import Source
from rowmill.mill.texts import Kind, TextTable, evidence_of, number_notes, table_of

Flavour = Literal["json", "jsonl"]

DEEPEST: Final = 32
LINES_JUDGED: Final = 20

_SURROGATE: Final = re.compile(r"\\u[dD][89abAB]")


class _Bad(Exception):
    """A record that cannot be one: code, reason, and the label of the column at fault."""

    def __init__(self, code: str, reason: str, column: str | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.column = code, reason, column


@dataclass(frozen=True)
class _Item:
    """Something where a record is expected: its value, its text, and where it stands."""

    value: Any
    raw: bytes
    line: int
    offset: int


def flavour_of(head: str, *, is_whole: bool) -> Flavour | None:
    """Which kind of JSON a text is by its beginning, None if it is none."""
    text = head.lstrip()
    inner = text[1:].lstrip()
    if text.startswith("["):
        return "json" if inner.startswith(("{", "]")) or (is_whole and _is_json(text)) else None
    if not text.startswith("{") or not inner.startswith(('"', "}")):
        return None
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return "json"
    if not is_whole:  # the last line may be cut off
        lines = lines[:-1]
    judged = [_is_object(line) for line in lines[:LINES_JUDGED]]
    return "jsonl" if judged[0] or sum(judged) * 2 >= len(judged) else "json"


def _is_json(text: str) -> bool:
    try:
        DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        return False
    return True


def _is_object(line: str) -> bool:
    try:
        return isinstance(DECODER.decode(line.strip()), Pairs)
    except (ValueError, RecursionError):
        return False


def read(source: Source, flavour: Flavour, look: Look) -> Detected:
    """Read a text in UTF-8 into a table.

    Raises:
        EmptyFile, UnreadableFile, RecordsUndecided, TooManyColumns, TooManyRejects, BadOption.
    """
    options = look.options
    records = _Records(TextTable(look.folder, look.limits, look.most))
    reader = _Reader(source, look, records)
    path = reader.lines() if flavour == "jsonl" else reader.document()
    texts = records.texts
    texts.close()
    if not records.columns:
        raise _nothing_found(texts)
    labels = list(records.columns)
    plan = plan_of(flavour, labels, options, encoding="utf-8", records=path)
    positions = range(len(labels))
    evidence = evidence_of(texts, positions, is_text=lambda kind: bool(kind & Kind.TEXT))
    evidence.day_first = options.day_first
    evidence.fixed.update(given_types(plan, options))
    notes = number_notes(plan, texts, positions, evidence)
    if path:
        notes.append(f"The records are the list under {path!r}.")
    locate = in_document(texts.index, source.path, source.encoding.bom)
    table = table_of(texts, positions, locate)
    plan = settle(plan, evidence).plan.with_notes(*notes)
    return Detected(plan, evidence, path=source.path, table=table)


def _nothing_found(texts: TextTable) -> EmptyFile | UnreadableFile:
    if not texts.log.count:
        return EmptyFile("The file holds no records.", hint="Check that the export wrote some.")
    first = texts.log.examples[0]
    return UnreadableFile(
        f"The file holds no JSON objects. Line {first.place.line}: {first.reason}.",
        line=first.place.line,
        hint="Send a list of objects, or one object on each line.",
    )


class _Records:
    """Turns decoded objects into rows of texts."""

    def __init__(self, texts: TextTable) -> None:
        self.texts = texts
        self.columns: dict[str, int] = {}
        self.found = 0

    def add(self, item: _Item) -> None:
        """Take what stands where a record is expected."""
        self.found += 1
        width = len(self.columns)
        row: list[str | None] = [None] * width
        seen: dict[int, Kind] = {}
        try:
            _check(item)
            self._fill(item.value, "", row, seen, item.line)
        except _Bad as bad:
            self._forget(width)
            self.reject(item, bad.code, bad.reason, bad.column)
            return
        kinds = self.texts.kinds
        for index, kind in seen.items():
            if kinds[index] is not kind:  # that is rare, and the union is slow
                kinds[index] |= kind
        self.texts.index.add(self.found, item.line, item.offset, len(item.raw))
        self.texts.add(row, len(item.raw))

    def reject(self, item: _Item, code: str, reason: str, column: str | None = None) -> None:
        """Keep what cannot be a record."""
        spot = Spot(self.found, item.line, item.offset, item.raw[:RAW_BYTES])
        self.texts.log.add(Reject(spot, code, reason, column))

    def _fill(
        self, pairs: Pairs, prefix: str, row: list[str | None], seen: dict[int, Kind], line: int
    ) -> None:
        for key, value in pairs:
            label = prefix + key
            if type(value) is Pairs:
                if prefix.count(".") >= DEEPEST:
                    raise _Bad("nested_too_deep", "its objects are nested too deep", label)
                self._fill(value, f"{label}.", row, seen, line)
                continue
            index = self.columns.get(label)
            if index is None:
                index = self._new_column(label, line)
            if index >= len(row):
                row.extend([None] * (index + 1 - len(row)))
            if index in seen:
                raise _Bad("duplicate_key", f"the key {label!r} occurs twice", label)
            row[index], seen[index] = _text_of(value)

    def _new_column(self, label: str, line: int) -> int:
        if "\x00" in label or not _is_encodable(label):
            raise _Bad("invalid_key", "a key holds characters that no name can have")
        self.texts.widen(len(self.columns) + 1, line)
        return self.columns.setdefault(label, len(self.columns))

    def _forget(self, width: int) -> None:
        """Have only so many columns: the others came with a record that was rejected."""
        while len(self.columns) > width:
            self.columns.popitem()
        self.texts.narrow(width)


def _text_of(value: Any) -> tuple[str | None, Kind]:
    """The text of a value that is no object, and what kind of value it is."""
    if type(value) is Number:
        return plain(value), Kind.NUMBER
    if isinstance(value, str):
        return value, Kind.TEXT if value else Kind.NONE
    if value is None:
        return None, Kind.NONE
    if isinstance(value, list):
        return compact(value), Kind.NESTED
    return ("true" if value else "false"), Kind.BOOLEAN


def _check(item: _Item) -> None:
    """Raises: _Bad where this is no object, or holds what is no text."""
    if not isinstance(item.value, Pairs):
        raise _Bad("not_an_object", "a record must be an object: {…}")
    text = item.raw.decode() if b"\\u" in item.raw else ""
    if _SURROGATE.search(text) and not _is_encodable(compact(DECODER.decode(text))):
        raise _Bad("invalid_encoding", "it holds half a character (a lone surrogate)")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class _Reader:
    """Finds the records in a text."""

    def __init__(self, source: Source, look: Look, records: _Records) -> None:
        self.source, self.options, self.limits = source, look.options, look.limits
        self.records, self.texts, self.meter = records, records.texts, look.meter
        self.size = max(source.size, 1)
        self.is_cut = look.is_cut

    def _report(self) -> None:
        self.meter.tell(self.source.bytes_done / self.size, self.texts.count)

    def lines(self) -> str | None:
        """Take each line as a record. Raises: BadOption."""
        if self.options.records:
            raise _no_such_list(self.options.records, [])
        for item in self._lines():
            if item.raw.strip():
                self._line(item)
            else:
                self.texts.blank += 1
            if self.texts.is_done:
                break
        return None

    def _lines(self) -> Iterator[_Item]:
        rest, line, offset = b"", 0, 0
        longest = self.limits.max_record_bytes
        is_skipping = False
        for chunk in self.source.text():
            self._report()
            *lines, rest = (rest + chunk).split(b"\n")
            for raw in lines:
                if is_skipping:
                    is_skipping = False
                else:
                    line += 1
                    yield _Item(None, raw, line, offset)
                offset += len(raw) + 1
            if len(rest) > longest:
                if not is_skipping:
                    line += 1
                    yield _Item(None, rest, line, offset)
                is_skipping = True
                offset += len(rest)
                rest = b""
        if rest and not is_skipping:
            yield _Item(None, rest, line + 1, offset)

    def _line(self, item: _Item) -> None:
        records = self.records
        if len(item.raw) > self.limits.max_record_bytes:
            records.found += 1
            reason = f"the record is longer than {self.limits.max_record_bytes:,} bytes"
            records.reject(item, "record_too_long", reason)
            return
        if not is_utf8(item.raw):
            records.found += 1
            records.reject(item, "invalid_encoding", "the line holds bytes that are no text")
            return
        text = item.raw.decode().strip()
        try:
            value = DECODER.decode(text)
        except json.JSONDecodeError as error:
            records.found += 1
            reason = f"the line is not valid JSON: {error.msg} (character {error.colno})"
            records.reject(item, "broken_json", reason)
        except RecursionError:
            records.found += 1
            records.reject(item, "nested_too_deep", "the line is nested too deep")
        else:
            records.add(_Item(value, item.raw.strip(), item.line, _stripped_offset(item)))

    def document(self) -> str:
        """Take the elements of the document's one list of objects; the keys that lead to it."""
        found = self._walk_all()
        wanted = self.options.records
        chosen = [path for path, is_taken in found if is_taken]
        others = [path for path, is_taken in found if not is_taken]
        if wanted is not None and not chosen and (wanted or found):
            raise _no_such_list(wanted, others)
        if chosen and others and wanted is None and not self.texts.is_done:
            every = [*chosen, *others]
            raise RecordsUndecided(
                f"The document holds several lists of objects: {', '.join(map(repr, every))}.",
                hint="Name one of them with the option records.",
                lists=every,
            )
        if not chosen:
            self._take_single()
        return chosen[0] if chosen else ""

    def _walk_all(self) -> list[tuple[str, bool]]:
        document = Document(self.source.text(), self.limits.max_record_bytes)
        found: list[tuple[str, bool]] = []
        try:
            self._walk(document, "", found)
        except UnreadableFile:
            if not (self.is_cut and self.records.found):
                raise
            return found  # the rest of it is not there
        if not self.texts.is_done:
            document.end()
        return found

    def _walk(self, document: Document, path: str, found: list[tuple[str, bool]]) -> None:
        """Go through a value of the document; lists of objects are added to `found`."""
        if path.count(".") > DEEPEST:
            raise UnreadableFile("The JSON is nested too deep.", line=document.line)
        sign = document.peek()
        if sign == "[":
            self._walk_list(document, path, found)
        elif sign == "{":
            for key in document.members():
                self._walk(document, f"{path}.{key}" if path else key, found)
                if self.texts.is_done:
                    return
        else:
            document.value()

    def _walk_list(self, document: Document, path: str, found: list[tuple[str, bool]]) -> None:
        document.open_list()
        is_list = path == "" or document.peek() == "{"
        wanted = self.options.records
        is_taken = is_list and (
            path == wanted or (wanted is None and not any(taken for _, taken in found))
        )
        if is_list:
            found.append((path, is_taken))
        for value, raw, line, offset in document.elements():
            if is_taken:
                self.records.add(_Item(value, raw.encode(), line, offset))
                self._report()
                if self.texts.is_done:
                    return

    def _take_single(self) -> None:
        """The document is one object and has no list of objects: it is the one record."""
        document = Document(self.source.text(), self.limits.max_record_bytes)
        document.peek()
        line, offset = document.line, document.offset
        value, raw = document.value()
        if type(value) is not Pairs or any(member != [] for _, member in value):
            self.records.add(_Item(value, raw.encode(), line, offset))


def _stripped_offset(item: _Item) -> int:
    return item.offset + len(item.raw) - len(item.raw.lstrip())


def _no_such_list(wanted: str, others: list[str]) -> BadOption:
    known = f" It has: {', '.join(map(repr, others))}." if others else ""
    return BadOption(
        f"The document has no list of objects under {wanted!r}.{known}",
        hint="Name the keys that lead to the list, with dots, or leave the option records out.",
    )
