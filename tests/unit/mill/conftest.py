"""A parse of some bytes, in this process, with everything that came out of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rowmill.mill import Column, ParseRequest, ParseResult, ReadOptions
from rowmill.mill.parse import parse


@dataclass(frozen=True)
class Parsed:
    """A result, the staged rows in order, and the rejects as dictionaries."""

    result: ParseResult
    rows: list[tuple[Any, ...]]
    rejects: list[dict[str, Any]]

    @property
    def types(self) -> dict[str, str]:
        """The types of the columns by name."""
        return {column.name: column.type for column in self.result.columns}

    def column(self, name: str) -> list[Any]:
        """The values of one column."""
        position = [column.name for column in self.result.columns].index(name)
        return [row[position] for row in self.rows]


class Parser:
    """Parses bytes or text, each time in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()

    def __call__(self, content: bytes | str, **request: Any) -> Parsed:
        """Parse the content; `request` are further members of the ParseRequest."""
        folder = self._folder / str(next(self._numbers))
        (folder / "workspace").mkdir(parents=True)
        source = folder / "source.csv"
        data = content.encode() if isinstance(content, str) else content
        source.write_bytes(data)
        asked = ParseRequest(str(source), len(data), str(folder / "staged"), **request)
        return read_back(parse(asked, folder / "workspace"))

    def told(self, content: bytes | str, **options: Any) -> Parsed:
        """Parse the content with these reading options."""
        return self(content, options=ReadOptions(**options))

    def into(self, columns: dict[str, str], content: bytes | str, **request: Any) -> Parsed:
        """Parse the content for a dataset with columns of these names and types."""
        known = tuple(Column(name, name, kind) for name, kind in columns.items())
        return self(content, columns=known, **request)


def read_back(result: ParseResult) -> Parsed:
    """What a result points to."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = [
            row
            for file in result.files
            for row in connection.execute("FROM read_parquet($1)", [file.uri]).fetchall()
        ]
        rejects = []
        if result.rejects_path:
            found = connection.execute("FROM read_parquet($1)", [result.rejects_path])
            names = [item[0] for item in found.description or ()]
            rejects = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return Parsed(result, rows, rejects)


@pytest.fixture
def parsing(tmp_path: Path) -> Parser:
    """Parses files in this process."""
    return Parser(tmp_path)
