"""Which Parquet files hold which rows of a table at a version, and how to read a few of them.

DuckLake's own scan looks into every file and reads the row ids of all rows to find fifty of
them. A version never changes, so its files are looked up once; after that a page is read from
the one or two files that hold it, in a time that depends neither on the table's size nor on how
deep the page lies. What the catalog says of files is DuckLake's published specification 1.0;
anything it may say that is not handled here makes `Layout` refuse, and DuckLake reads the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rowmill.mill import quote_identifier, quote_literal

ROW_ID_COLUMN = "_ducklake_internal_row_id"
DELETED_BY_COLUMN = "_ducklake_internal_snapshot_id"
MOST_SOURCES = 12  # above this, one scan by DuckLake is no slower than so many small ones
MOST_TOGETHER = 1000  # files that are opened as one source


@dataclass(frozen=True)
class RowFile:
    """A file's part in a table at a version.

    Attributes:
        low: smallest row id it holds, inclusive; `high` the largest, inclusive.
        has_row_ids: its rows carry ids of their own, in any order. Otherwise they count from `low`.
        columns: for each column of the table its name in this file; absent ones are null here.
        deletions: address of the file that lists the deleted rows, where there are any.
        deleted_until: the version up to which its entries count, where it has later ones, too.
        types: the types of its columns by field id; only files with row ids say so.
    """

    uri: str
    low: int
    high: int
    has_row_ids: bool
    columns: Mapping[str, str]
    deletions: str | None
    deleted_until: int | None = None
    types: tuple[tuple[int, str], ...] = ()

    @property
    def row_id(self) -> str:
        """An SQL expression of the row id, in a scan with row numbers."""
        return ROW_ID_COLUMN if self.has_row_ids else f"file_row_number + {self.low}"

    def deleted_positions(self, wanted: str = "") -> str:
        """A statement of the positions of deleted rows, empty where there are none.

        Args: `wanted` is a condition on positions, such as `BETWEEN 3 AND 5`.
        """
        if self.deletions is None:
            return ""
        conditions = [f"pos {wanted}"] if wanted else []
        if self.deleted_until is not None:
            conditions.append(f"{DELETED_BY_COLUMN} <= {self.deleted_until}")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT pos FROM read_parquet({quote_literal(self.deletions)}){where}"

    @property
    def is_alike(self) -> bool:
        """Whether others can be read along with it: edits leave many such files of few rows."""
        return self.has_row_ids and self.deletions is None and bool(self.types)

    @property
    def is_dense(self) -> bool:
        """Whether every row id from `low` to `high` is a row."""
        return not self.has_row_ids and self.deletions is None


@dataclass(frozen=True)
class Window:
    """Row ids from `low` to `high`, both inclusive, and the files that may hold rows of them."""

    low: int
    high: int
    files: Sequence[RowFile]


@dataclass(frozen=True)
class Layout:
    """The files of one table at one version, and its columns: name to DuckDB type, in order."""

    columns: Mapping[str, str]
    files: Sequence[RowFile]

    def window(self, after: int, wanted: int, factor: int = 1) -> Window | None:
        """Where to look for the next `wanted` rows behind row id `after`.

        Returns None behind the last row. Where rows have been deleted or updated the window may
        hold fewer rows than wanted: look again behind its end, with a larger `factor`.
        Raises: TooManyFiles.
        """
        ahead = [file for file in self.files if file.high > after]
        if not ahead:
            return None
        low = max(after + 1, min(file.low for file in ahead))
        high = low + wanted - 1
        files = _overlapping(ahead, low, high)
        if not all(file.is_dense for file in files):
            high = low + (wanted * 3 // 2 + 16) * factor - 1
            files = _overlapping(ahead, low, high)
        if _source_count(files) > MOST_SOURCES:
            # Many small files, one behind the other: take fewer now.
            high = sorted(file.high for file in files)[MOST_SOURCES - 1]
            files = _overlapping(ahead, low, high)
            if _source_count(files) > MOST_SOURCES:
                raise TooManyFiles
        return Window(low, high, files)

    def spread(self, rows: int, pieces: int) -> list[Window]:
        """Windows of about `rows` rows together, at even distances. Raises: TooManyFiles."""
        low = min(file.low for file in self.files)
        high = max(file.high for file in self.files)
        starts = (low + (high - low + 1) * piece // pieces for piece in range(pieces))
        found: dict[int, Window] = {}
        for start in starts:
            window = self.window(start - 1, rows // pieces)
            if window is not None:
                found.setdefault(window.low, window)
        return list(found.values())

    def whole(self) -> Window:
        """All rows. Raises: TooManyFiles."""
        if _source_count(self.files) > MOST_SOURCES:
            raise TooManyFiles
        return Window(0, max((file.high for file in self.files), default=0), self.files)

    def source(self, window: Window, columns: Sequence[str]) -> str:
        """A FROM clause of the window's rows: `_row_id`, and the named columns."""
        parts = [(file, _within(file, window)) for file in window.files]
        return self._union(parts, columns)

    def source_of_rows(self, row_ids: Sequence[int], columns: Sequence[str]) -> str:
        """A FROM clause of these rows: `_row_id`, and the named columns. Raises: TooManyFiles."""
        parts = []
        for file in self.files:
            inside = [row_id for row_id in row_ids if file.low <= row_id <= file.high]
            if inside:
                parts.append((file, _among(file, inside)))
        if len(parts) > 4 * MOST_SOURCES:
            raise TooManyFiles
        return self._union(parts, columns)

    def _union(self, parts: Sequence[tuple[RowFile, _Part]], columns: Sequence[str]) -> str:
        columns = list(dict.fromkeys(columns))
        if not parts:
            nothing = [
                f"CAST(NULL AS {self.columns[name]}) AS {quote_identifier(name)}"
                for name in columns
            ]
            return f"(SELECT {', '.join(['CAST(NULL AS BIGINT) AS _row_id', *nothing])} LIMIT 0)"
        selects = []
        for (file, part), *others in _together(parts):
            uris = [file.uri, *(other.uri for other, _ in others)]
            selects.append(self._select(file, uris, part, columns))
        return f"({' UNION ALL '.join(selects)})"

    def _select(
        self, file: RowFile, uris: Sequence[str], part: _Part, columns: Sequence[str]
    ) -> str:
        """The rows of a file, and of others like it."""
        values = "".join(f", {self._value(file, name)}" for name in columns)
        condition = " AND ".join([*part.conditions, *_not_deleted(file, part)])
        return (
            f"SELECT {file.row_id} AS _row_id{values}"
            f" FROM read_parquet([{', '.join(map(quote_literal, uris))}], file_row_number => true)"
            f"{' WHERE ' if condition else ''}{condition}"
        )

    def _value(self, file: RowFile, name: str) -> str:
        quoted = quote_identifier(name)
        column_type = self.columns[name]
        if name not in file.columns:
            return f"CAST(NULL AS {column_type}) AS {quoted}"
        return f"CAST({quote_identifier(file.columns[name])} AS {column_type}) AS {quoted}"


class TooManyFiles(Exception):
    """The rows lie in more files than are worth reading one by one."""


def _together(
    parts: Sequence[tuple[RowFile, _Part]],
) -> list[list[tuple[RowFile, _Part]]]:
    """The parts, those that one scan reads in a list."""
    lists: dict[object, list[tuple[RowFile, _Part]]] = {}
    for file, part in parts:
        can_join = file.is_alike and not part.positions
        shape = (tuple(sorted(file.columns.items())), file.types, part.conditions)
        lists.setdefault(shape if can_join else object(), []).append((file, part))
    return list(lists.values())


def _source_count(files: Sequence[RowFile]) -> int:
    if len(files) > MOST_TOGETHER:
        return len(files)
    return len(_together([(file, _Part()) for file in files]))


def _overlapping(files: Sequence[RowFile], low: int, high: int) -> list[RowFile]:
    return [file for file in files if file.low <= high and file.high >= low]


@dataclass(frozen=True)
class _Part:
    """Which rows of a file are meant: conditions on them, and on positions in the file."""

    conditions: tuple[str, ...] = ()
    positions: str = ""


def _within(file: RowFile, window: Window) -> _Part:
    if window.low <= file.low and window.high >= file.high:
        return _Part()
    if file.has_row_ids:
        return _Part((f"{ROW_ID_COLUMN} BETWEEN {window.low} AND {window.high}",))
    low, high = max(window.low - file.low, 0), min(window.high, file.high) - file.low
    return _Part((f"file_row_number BETWEEN {low} AND {high}",), f"BETWEEN {low} AND {high}")


def _among(file: RowFile, row_ids: Sequence[int]) -> _Part:
    if file.has_row_ids:
        return _Part((f"{ROW_ID_COLUMN} IN ({', '.join(map(str, row_ids))})",))
    positions = f"IN ({', '.join(str(row_id - file.low) for row_id in row_ids)})"
    return _Part((f"file_row_number {positions}",), positions)


def _not_deleted(file: RowFile, part: _Part) -> list[str]:
    deleted = file.deleted_positions(part.positions)
    return [f"file_row_number NOT IN ({deleted})"] if deleted else []
