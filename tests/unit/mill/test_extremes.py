"""Files at the edge of what anybody sends: each a clear result, quickly and within memory."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from rowmill.mill import ParseRequest, ParseResult, TooManyColumns, run_parse


def parse(folder: Path, content: bytes) -> ParseResult:
    source = folder / "source.csv"
    source.write_bytes(content)
    request = ParseRequest(str(source), len(content), str(folder / "staged"))
    return run_parse(request, on_progress=lambda _: None, should_cancel=lambda: False)


def rows(result: ParseResult) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.execute("FROM read_parquet($1)", [result.files[0].uri]).fetchall()


def test_five_thousand_columns_are_read(tmp_path: Path) -> None:
    width = 5_000
    header = ",".join(f"col {i}" for i in range(width))
    records = [",".join(str(i * j) for i in range(width)) for j in range(40)]

    result = parse(tmp_path, "\n".join([header, *records, ""]).encode())

    assert (result.records_read, result.staged, len(result.columns)) == (40, 40, width)
    assert rows(result)[39][4_999] == 39 * 4_999


def test_too_many_columns_are_refused_with_their_number(tmp_path: Path) -> None:
    with pytest.raises(TooManyColumns, match="20,000 columns"):
        parse(tmp_path, ",".join(f"c{i}" for i in range(20_000)).encode() + b"\n")


def test_a_record_of_fifty_megabytes_is_a_reject_and_its_neighbours_land(tmp_path: Path) -> None:
    result = parse(tmp_path, b"a,b\n1,x\n2," + b"y" * 50_000_000 + b"\n3,z\n")

    assert (result.records_read, result.staged, result.rejected) == (3, 2, 1)
    assert [row[1] for row in rows(result)] == ["x", "z"]
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT record, line, length(raw) FROM read_parquet($1)", [result.rejects_path]
        ).fetchall()
    assert found == [(2, 3, 64 * 1024)]
