"""Walking through a JSON document of any size, holding one of its elements at a time."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from rowmill.mill.errors import UnreadableFile
from rowmill.mill.formats.values import DECODER

_SPACE: Final = " \t\n\r"
_SPACES: Final = re.compile(f"[{_SPACE}]+")
_CLOSED: Final = ('"', "}", "]")


class Document:
    """A place in a document, which only moves forward.

    `line` (from 1) and `offset` (in bytes of UTF-8, from 0) say where it is. A single
    element may have `longest` characters. Every method raises UnreadableFile, with the line
    and the cause, where the document is broken or ends too early.
    """

    def __init__(self, chunks: Iterator[bytes], longest: int) -> None:
        self.line, self.offset = 1, 0
        self._chunks = chunks
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._longest = longest
        self._buffer, self._position = "", 0
        self._is_complete = False

    def peek(self) -> str:
        """The next sign that is no white space; empty at the end."""
        while True:
            rest = self._buffer[self._position : self._position + 1]
            if rest and rest not in _SPACE:
                return rest
            if rest:
                self._skip_space()
            elif not self._more():
                return ""

    def take(self, sign: str) -> None:
        """Go past this very sign."""
        if self.peek() != sign:
            raise self._broken(f"{sign!r} is expected here")
        self._advance(self._position + 1)

    def value(self) -> tuple[Any, str]:
        """Go past a whole value: what it is, and its text."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._buffer, self._position)
            except json.JSONDecodeError as error:
                distance = error.pos - self._position
                if not self._double():
                    raise self._broken(error.msg, self._position + distance) from error
                continue
            except RecursionError as error:
                raise self._broken("it is nested too deep") from error
            is_closed = end < len(self._buffer) or self._buffer[end - 1] in _CLOSED
            if is_closed or not self._more():
                raw = self._buffer[self._position : end]
                self._advance(end)
                return value, raw

    def members(self) -> Iterator[str]:
        """Enter an object, stand before the value of each key, and leave it."""
        self.take("{")
        while self.peek() != "}":
            key, _ = self.value()
            if type(key) is not str:
                raise self._broken("a key must be a text")
            self.take(":")
            yield key
            self._next_of("}")
        self.take("}")

    def open_list(self) -> None:
        """Enter a list."""
        self.take("[")

    def elements(self) -> Iterator[tuple[Any, str, int, int]]:
        """The elements of the list that was entered, each with text, line and offset."""
        while self.peek() != "]":
            line, offset = self.line, self.offset
            value, raw = self.value()
            yield value, raw, line, offset
            self._next_of("]")
        self.take("]")

    def end(self) -> None:
        """Be sure that nothing follows."""
        if self.peek():
            raise self._broken("more text follows after the end of the document")

    def _next_of(self, closing: str) -> None:
        if self.peek() != closing:
            self.take(",")
            if self.peek() == closing:
                raise self._broken("a value must follow the comma")

    def _skip_space(self) -> None:
        found = _SPACES.match(self._buffer, self._position)
        if found is not None:
            self._advance(found.end())

    def _advance(self, end: int) -> None:
        passed = self._buffer[self._position : end]
        self.line += passed.count("\n")
        self.offset += len(passed) if passed.isascii() else len(passed.encode())
        self._position = end

    def _double(self) -> bool:
        """Have twice as much text at hand; False if there is no more, or it is too much."""
        have = len(self._buffer) - self._position
        if have > self._longest:
            raise self._broken(f"an element is longer than {self._longest:,} characters")
        has_more = self._more()
        while has_more and len(self._buffer) - self._position < 2 * have:
            if not self._more():
                break
        return has_more

    def _more(self) -> bool:
        """Have more text at hand; False at the end."""
        if self._is_complete:
            return False
        chunk = next(self._chunks, None)
        try:
            text = self._decoder.decode(chunk or b"", final=chunk is None)
        except UnicodeDecodeError as error:
            raise self._broken("it holds bytes that are no text", len(self._buffer)) from error
        self._is_complete = chunk is None
        self._buffer, self._position = self._buffer[self._position :] + text, 0
        return not self._is_complete

    def _broken(self, why: str, position: int | None = None) -> UnreadableFile:
        at = self._position if position is None else position
        passed = self._buffer[self._position : at]
        line = self.line + passed.count("\n")
        if self._is_complete and not self._buffer[at:].strip(_SPACE):
            why = "it ends before it is complete"
        return UnreadableFile(
            f"The JSON is broken in line {line:,}: {why[:1].lower()}{why[1:]}.",
            line=line,
            hint="Mend the file, or send JSON Lines, of which a broken line spoils only itself.",
        )
