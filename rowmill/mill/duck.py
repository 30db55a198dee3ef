"""The private, in-memory DuckDB in which one file is parsed."""

from __future__ import annotations

from typing import Final

import duckdb

from rowmill.mill.plan import ReadPlan
from rowmill.mill.quoting import quote_identifier, quote_literal
from rowmill.mill.records import Dialect
from rowmill.mill.regular import NO_QUOTE
from rowmill.mill.request import MEBIBYTE, Limits

SINGLE_COLUMN_MARK: Final = "\x1f"  # a delimiter must be given; this one is not in any text

WIDE_COLUMNS: Final = 1000

_BUFFER_BYTES: Final = 32 * MEBIBYTE
_RESERVED_PER_COLUMN: Final = MEBIBYTE // 2


def connect(limits: Limits, temp_directory: str) -> duckdb.DuckDBPyConnection:
    """A database without catalog or extensions, within the limits."""
    connection = duckdb.connect(
        config={
            "memory_limit": f"{limits.memory_bytes // MEBIBYTE}MiB",
            "threads": limits.threads,
            "temp_directory": temp_directory,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def allow_for_width(connection: duckdb.DuckDBPyConnection, limits: Limits, columns: int) -> None:
    """Adapt a connection to a wide table: one thread, and a limit by the width.

    DuckDB counts what it reserves: for each column and thread whole vectors at every step,
    however few the records. 5,000 columns reserve 1 to 2 GB that way and touch 300 MB (800 MB
    with many records), measured on 1.5.5. What the process really uses is bounded from outside.
    """
    if columns > WIDE_COLUMNS:
        memory = max(limits.memory_bytes, columns * _RESERVED_PER_COLUMN)
        connection.execute("SET threads = 1")
        connection.execute(f"SET memory_limit = '{memory // MEBIBYTE}MiB'")


def reference(position: int) -> str:
    """The name of a field while it is read: labels may clash, positions do not."""
    return f"c{position}"


def read_csv(
    path: str,
    plan: ReadPlan,
    dialect: Dialect,
    *,
    skip: int = 0,
    is_parallel: bool = True,
    longest_record: int | None = None,
) -> str:
    r"""SQL for the fields of a regular file, all of them texts, empty ones null.

    The reader is strict and keeps no list of rejects: that list grows without bound, and
    after a stray quote whole stretches of a file are missing from both list and result.
    Any irregularity is an error here, and the file is screened instead. So is a record of
    more than two megabytes, unless `longest_record` (bytes) asks for larger buffers.

    Measured on 1.5.5, and pinned by tests: with `new_line = '\r\n'` records are joined
    silently, so only `\n` is ever named; and where two threads meet just behind the quote
    that opens a value, a line end at its beginning is lost (not if `is_parallel` is false).
    """
    columns = ", ".join(f"{reference(i)}: 'VARCHAR'" for i in range(len(plan.columns)))
    nulls = ", ".join(quote_literal(text) for text in ("", *plan.nulls))
    quote = quote_literal(dialect.quote or NO_QUOTE)
    sizes = "" if dialect.newline == "\r\n" else r", new_line = '\n'"
    if longest_record is not None:
        buffer = max(_BUFFER_BYTES, longest_record + MEBIBYTE)
        sizes += f", max_line_size = {longest_record}, buffer_size = {buffer}"
    return (
        f"read_csv({quote_literal(path)}, auto_detect = false, header = false, "
        f"columns = {{{columns}}}, delim = {quote_literal(dialect.mark or SINGLE_COLUMN_MARK)}, "
        f"quote = {quote}, escape = {quote}, nullstr = [{nulls}], skip = {skip}, "
        f"strict_mode = true, parallel = {str(is_parallel).lower()}{sizes})"
    )


def column_list(names: list[str]) -> str:
    """Quoted names, separated by commas."""
    return ", ".join(map(quote_identifier, names))
