"""Parquet files: their types are the columns' types, their values stay what they are."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rowmill.mill import DamagedFile
from tests.unit.mill.conftest import Parser

MOMENT = datetime(2024, 1, 5, 10, 0, 0, 123456)  # noqa: DTZ001 - a type without zone


def parquet(columns: dict[str, object]) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def test_types_and_values_are_kept(parsing: Parser) -> None:
    content = parquet(
        {
            "whole": [1, None],
            "huge": pa.array([2**64 - 1, 0], pa.uint64()),
            "real": [0.1, float("nan")],
            "exact": pa.array([Decimal("1.10"), None]),
            "text": ["007", ""],
            "day": [date(2024, 1, 5), None],
            "at": [MOMENT, None],
            "zoned": pa.array([MOMENT.replace(tzinfo=UTC), None], pa.timestamp("us", "UTC")),
            "nano": pa.array([1_000, None], pa.timestamp("ns")),
            "flag": [True, None],
            "list": [[1, 2], None],
            "inner": [{"a": 1}, None],
            "bytes": [b"abc", None],
            "clock": [time(10, 0), None],
        }
    )
    parsed = parsing(content)
    assert parsed.rows == [
        (
            1,
            Decimal(2**64 - 1),
            0.1,
            Decimal("1.10"),
            "007",
            date(2024, 1, 5),
            MOMENT,
            MOMENT.replace(tzinfo=UTC),
            datetime(1970, 1, 1, 0, 0, 0, 1),  # noqa: DTZ001 - a type without zone
            True,
            "[1,2]",
            '{"a":1}',
            "abc",
            "10:00:00",
        ),
        (None, Decimal(0), None, None, "", *[None] * 9),
    ]
    assert parsed.types["exact"] == "decimal(3,2)"
    assert parsed.types["real"] == "double"


def test_values_that_no_type_holds_are_kept_as_text(parsing: Parser) -> None:
    content = parquet({"r": [1.5, float("inf")], "n": pa.array([1, 2], pa.timestamp("ns"))})
    parsed = parsing(content)
    assert parsed.column("r") == ["1.5", "inf"]
    assert parsed.column("n")[0] == "1970-01-01 00:00:00.000000001"
    assert len(parsed.result.notes) == 2


def test_a_value_that_does_not_fit_the_dataset_is_a_reject_with_its_record(
    parsing: Parser,
) -> None:
    parsed = parsing.into({"n": "integer"}, parquet({"n": ["1", "x", "3"]}))
    assert parsed.rows == [(1,), (3,)]
    (reject,) = parsed.rejects
    assert (reject["record"], reject["line"], reject["value"]) == (2, None, "x")


def test_a_damaged_file_fails_as_a_whole(parsing: Parser) -> None:
    content = parquet({"n": list(range(5000)), "s": [f"text {i}" for i in range(5000)]})
    with pytest.raises(DamagedFile):
        parsing(content[:-20])
    with pytest.raises(DamagedFile):
        parsing(content[:4] + bytes(200) + content[204:])
