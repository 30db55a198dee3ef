"""Parquet files, read where they lie: their types are the columns' types."""

from __future__ import annotations

import re
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from rowmill.mill.columns import MAX_PRECISION
from rowmill.mill.detected import Detected
from rowmill.mill.errors import DamagedFile, EmptyFile, UnreadableFile
from rowmill.mill.evidence import Evidence, settle
from rowmill.mill.formats.columns import given_types, plan_of
from rowmill.mill.places import in_rows
from rowmill.mill.plan import ReadOptions
from rowmill.mill.quoting import quote_identifier, quote_literal
from rowmill.mill.texts import Table

_WHOLE: Final = re.compile(r"U?(?:TINY|SMALL|BIG)?INT(?:EGER)?|UINTEGER")
_DECIMAL: Final = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_TYPES: Final = {
    "DOUBLE": "double",
    "FLOAT": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}


def read(path: str, options: ReadOptions) -> Detected:
    """The file as a table: every value as the text that its type gives it.

    Raises:
        DamagedFile, EmptyFile, UnreadableFile, BadOption.
    """
    count = _count(path)
    relation = f"read_parquet({quote_literal(path)})"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        schema = _schema(connection, relation)
        plan = plan_of("parquet", [label for label, _ in schema], options)
        types = [_type(duckdb_type) for _, duckdb_type in schema]
        fields = tuple(_text(quote_identifier(label), kind) for label, kind in schema)
        try:
            unfit = _unfit(connection, relation, schema, types)
            texts = _examples(connection, relation, fields)
        except duckdb.Error as error:
            raise _damaged() from error
    evidence = Evidence(texts, day_first=options.day_first)
    kept = {i: kind or "text" for i, kind in enumerate(types) if kind and i not in unfit}
    evidence.fixed.update(kept)
    evidence.fixed.update(given_types(plan, options))
    evidence.given_up.update(i for i in range(len(types)) if i not in kept)
    notes = [f"{schema[i][0]!r} holds values that no {types[i]} holds; it is text." for i in unfit]
    plan = settle(plan, evidence).plan.with_notes(*notes)
    table = Table(relation, fields, count, in_rows)
    return Detected(plan, evidence, path=path, table=table)


def _count(path: str) -> int:
    try:
        with pq.ParquetFile(path) as file:
            count, columns = file.metadata.num_rows, file.metadata.num_columns
    except (pa.ArrowException, OSError) as error:
        raise _damaged() from error
    if not columns:
        raise EmptyFile("The Parquet file has no columns.")
    return int(count)


def _damaged() -> DamagedFile:
    return DamagedFile(
        "The Parquet file is cut short or damaged.",
        hint="Write it anew, and check that all of it was sent.",
    )


def _schema(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    try:
        found = connection.execute(f"DESCRIBE FROM {relation}").fetchall()
    except duckdb.Error as error:
        raise UnreadableFile(
            "The Parquet file is written in a way that cannot be read here.",
            hint="Write it without encryption and with common types.",
        ) from error
    return [(str(row[0]), str(row[1])) for row in found]


def _type(duckdb_type: str) -> str | None:
    """The column type for a type of DuckDB; None where only text can hold it."""
    decimal = _DECIMAL.fullmatch(duckdb_type)
    if decimal:
        return f"decimal({decimal[1]},{decimal[2]})"
    if duckdb_type in {"UBIGINT", "HUGEINT", "UHUGEINT"}:
        return f"decimal({MAX_PRECISION},0)"
    if _WHOLE.fullmatch(duckdb_type):
        return "integer"
    return _TYPES.get(duckdb_type)


def _text(name: str, duckdb_type: str) -> str:
    """SQL for the text of a field."""
    if duckdb_type in {"DOUBLE", "FLOAT"}:
        return f"CASE WHEN NOT isnan({name}) THEN {name}::VARCHAR END"
    if duckdb_type == "TIMESTAMP WITH TIME ZONE":
        return f"strftime(make_timestamp(epoch_us({name})), '%Y-%m-%d %H:%M:%S.%f') || '+00:00'"
    if duckdb_type == "TIMESTAMP_NS":
        micro = f"{name}::TIMESTAMP"
        is_exact = f"{micro}::TIMESTAMP_NS = {name}"
        return f"CASE WHEN {is_exact} THEN {micro}::VARCHAR ELSE {name}::VARCHAR END"
    if duckdb_type == "BLOB":
        return f"coalesce(TRY(decode({name})), {name}::VARCHAR)"
    if duckdb_type.endswith("]") or duckdb_type.startswith(("STRUCT", "MAP")):
        return f"to_json({name})::VARCHAR"
    return f"{name}::VARCHAR"


def _unfit(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    schema: list[tuple[str, str]],
    types: list[str | None],
) -> list[int]:
    """Columns with values that no type of ours holds: infinity, nanoseconds, other millennia."""
    checks = {}
    for i, ((label, duckdb_type), kind) in enumerate(zip(schema, types, strict=True)):
        name = quote_identifier(label)
        if kind == "double":
            checks[i] = f"isinf({name})"
        elif kind in {"date", "timestamp", "timestamptz"}:
            checks[i] = f"NOT isfinite({name}) OR year({name}) NOT BETWEEN 1000 AND 9999"
            if duckdb_type == "TIMESTAMP_NS":
                checks[i] += f" OR epoch_ns({name}) % 1000 <> 0"
        elif kind == f"decimal({MAX_PRECISION},0)":
            checks[i] = f"abs({name}::DOUBLE) >= 1e38"
    if not checks:
        return []
    every = ", ".join(f"coalesce(bool_or({check}), false)" for check in checks.values())
    found = connection.execute(f"SELECT {every} FROM {relation}").fetchall()[0]
    return [i for i, is_unfit in zip(checks, found, strict=True) if is_unfit]


def _examples(
    connection: duckdb.DuckDBPyConnection, relation: str, fields: tuple[str, ...]
) -> list[set[str]]:
    """Texts of each field, from which the formats of dates are seen."""
    found: list[tuple[Any, ...]] = connection.execute(
        f"SELECT {', '.join(fields)} FROM {relation} LIMIT 200"
    ).fetchall()
    columns = list(zip(*found, strict=True)) if found else [()] * len(fields)
    return [{text for text in column if text} for column in columns]
