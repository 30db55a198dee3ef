"""Clean files are read fast, with the same result; others are known for what they are."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rowmill.errors import RowmillError
from rowmill.mill import Limits, ReadOptions, ReadPlan, make_plan, swift
from rowmill.mill.body import Body
from rowmill.mill.expressions import field_of
from rowmill.mill.mapping import Target, map_columns
from rowmill.mill.meter import Meter
from rowmill.mill.plan import PlanColumn
from rowmill.mill.swift import SwiftReader, Unproven, can_be_swift
from tests.factories.tables import Style, Table, tables
from tests.unit.mill.conftest import Parsed, Parser

HEADER = "id,code,name,price,day,at,paid,note\n"
RECORD = '{0},00{0},"Tea, {0}",{0}.50,2024-02-1{0},2024-02-1{0} 10:00:0{0},true,n{0}\n'
CLEAN = HEADER + "".join(RECORD.format(n) for n in range(1, 9))
SLOW = settings(
    max_examples=60,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of any size are read fast, and the sample is the first record or two."""
    monkeypatch.setattr(swift, "LEAST_BYTES", 0)
    monkeypatch.setattr(swift, "_SAMPLE_BYTES", 100)


def plan_of(folder: Path, content: str, **options: Any) -> ReadPlan:
    path = folder / "model.csv"
    path.write_bytes(content.encode())
    return make_plan(str(path), options=ReadOptions(**options))


def read(
    folder: Path,
    plan: ReadPlan,
    content: str | bytes,
    *,
    key: Sequence[int] = (),
    limits: Limits | None = None,
) -> list[tuple[Any, ...]]:
    """The records of a file that is read fast by this plan, whatever is in it."""
    path, staged = folder / "file.csv", folder / "staged.parquet"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    limits = limits or Limits()
    meter = Meter(path.stat().st_size)
    targets = map_columns(plan, None, "evolve", ()).targets
    body = Body.of(str(path), plan, limits, meter)
    assert can_be_swift(body, targets)
    tally = SwiftReader(body, targets, key).write(staged, 122_880)
    assert meter.progress().rows == tally.passed
    with duckdb.connect() as connection:
        rows = connection.execute("FROM read_parquet($1)", [str(staged)]).fetchall()
    assert len(rows) == tally.passed == tally.found
    return rows


def test_a_clean_file_is_read_whole_and_in_order(tmp_path: Path) -> None:
    rows = read(tmp_path, plan_of(tmp_path, CLEAN), CLEAN)
    assert rows == [
        (
            n,
            f"00{n}",
            f"Tea, {n}",
            Decimal(f"{n}.50"),
            date(2024, 2, 10 + n),
            datetime(2024, 2, 10 + n, 10, 0, n),  # noqa: DTZ001
            True,
            f"n{n}",
        )
        for n in range(1, 9)
    ]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="returns"),
        pytest.param(lambda text: text.rstrip("\n"), id="no end of the last line"),
        pytest.param(lambda text: text.replace("Tea, 3", "Tea\n3"), id="a line end in a value"),
        pytest.param(lambda text: text.replace("Tea, 3", 'Tea ""3""'), id="quotes in values"),
        pytest.param(lambda text: text.replace("Tea, 3", "Grüner Tee 茶 😀"), id="other letters"),
        pytest.param(lambda text: text.replace(",3.50,", ",-3.5,"), id="fewer decimals"),
        pytest.param(lambda text: text.replace(",3.50,", ",,"), id="an empty number"),
        pytest.param(lambda text: text.replace(",2024-02-13,", ",,"), id="an empty date"),
        pytest.param(lambda text: text.replace("2024-02-13 10:00:03", ""), id="an empty time"),
        pytest.param(lambda text: text.replace("\n3,", "\n,"), id="an empty integer"),
        pytest.param(lambda text: text.replace("\n3,", "\n-9223372036854775807,"), id="least"),
        pytest.param(lambda text: text.replace("\n3,", "\n9223372036854775807,"), id="greatest"),
        pytest.param(lambda text: text.replace("n3", ""), id="an empty last field"),
        pytest.param(lambda text: text.replace("n3", "n1").replace("n1", '""'), id="empty quotes"),
        pytest.param(lambda text: text.replace("true", "True"), id="capitals"),
        pytest.param(lambda text: "\ufeff" + text, id="a mark of the byte order"),
        pytest.param(lambda text: text.replace("code", '"co\nde"'), id="two lines of headers"),
    ],
)
def test_clean_files_of_all_kinds_come_out_as_in_any_other_way(
    parsing: Parser, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    monkeypatch.setattr(swift, "_SAMPLE_BYTES", 1024)
    content = change(CLEAN)
    monkeypatch.setattr(SwiftReader, "write", watched := Watched())
    fast = parsing(content)
    monkeypatch.setattr(swift, "LEAST_BYTES", 2**40)
    slow = parsing(content)
    assert watched.proven == 1
    assert outcome(fast) == outcome(slow)


class Watched:
    """Stands for `SwiftReader.write`, and counts how it ends."""

    def __init__(self) -> None:
        self.original = SwiftReader.write
        self.proven = self.unproven = 0

    def __get__(self, reader: SwiftReader, _: type) -> Any:
        def write(*arguments: Any) -> Any:
            try:
                tally = self.original(reader, *arguments)
            except Unproven:
                self.unproven += 1
                raise
            self.proven += 1
            return tally

        return write


def outcome(parsed: Parsed) -> Any:
    result = parsed.result
    return parsed.rows, parsed.types, parsed.rejects, result.counts, result.drift


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n5,", "\n05,"), id="a zero before an integer"),
        pytest.param(lambda text: text.replace("\n5,", "\n+5,"), id="a plus before an integer"),
        pytest.param(lambda text: text.replace("\n5,", "\n 5,"), id="a blank before an integer"),
        pytest.param(lambda text: text.replace("\n5,", "\n5.0,"), id="a decimal integer"),
        pytest.param(lambda text: text.replace("\n5,", "\n-0,"), id="a negative zero"),
        pytest.param(lambda text: text.replace("\n5,", "\n1e3,"), id="an exponent"),
        pytest.param(lambda text: text.replace("\n5,", "\n9223372036854775808,"), id="too large"),
        pytest.param(lambda text: text.replace("\n5,", "\nfive,"), id="a word"),
        pytest.param(lambda text: text.replace("\n5,", "\n\n5,"), id="a blank line"),
        pytest.param(lambda text: text.replace("n5\n", "n5\n\n\n"), id="two blank lines"),
        pytest.param(lambda text: text.replace(",n5\n", "\n"), id="a field too few"),
        pytest.param(lambda text: text.replace(",n5\n", ",n5,\n"), id="a field too many"),
        pytest.param(lambda text: text.replace("n5\n", "n5\r\n"), id="a return at a line's end"),
        pytest.param(lambda text: text.replace("n5\n", "n\r5\n"), id="a return in a value"),
        pytest.param(lambda text: text.replace("n5\n", '"n5\n'), id="an open quote"),
        pytest.param(lambda text: text.replace("n5\n", '"n"5\n'), id="text behind a quote"),
        pytest.param(lambda text: text.replace("n5\n", 'n"5\n'), id="a stray quote"),
        pytest.param(lambda text: text.replace("n5\n", 'n"5"\n'), id="quotes within a text"),
        pytest.param(lambda text: text.replace("n5\n", 'n""5\n'), id="two quotes within a text"),
        pytest.param(lambda text: text.replace("n5\n", '""n5""\n'), id="two quotes around a text"),
        pytest.param(lambda text: text.replace("n5\n", '"n"5"n"\n'), id="quotes not doubled"),
        pytest.param(lambda text: text.replace("n5\n", ' "n5"\n'), id="a blank before a quote"),
        pytest.param(lambda text: text.replace("n5\n", '"n5" \n'), id="a blank behind a quote"),
        pytest.param(lambda text: text.replace("n5\n", ' ""\n'), id="a blank before no text"),
        pytest.param(
            lambda text: text.replace("n5\n", '"n," 5 ",n"\n'), id="one quoted in a third"
        ),
        pytest.param(lambda text: text.replace("n5\n", '""\n'), id="empty quotes"),
        pytest.param(lambda text: text.replace("n5\n", "\n"), id="an empty last field"),
        pytest.param(lambda text: text.encode().replace(b"n5", b"n\xff"), id="no UTF-8"),
        pytest.param(lambda text: text.replace(",5.50,", ",5.505,"), id="too many decimals"),
        pytest.param(lambda text: text.replace(",5.50,", ",05.50,"), id="a zero before a decimal"),
        pytest.param(lambda text: text.replace(",5.50,", ",+5.50,"), id="a plus before a decimal"),
        pytest.param(lambda text: text.replace(",5.50,", ", 5.50,"), id="a blank before a decimal"),
        pytest.param(lambda text: text.replace(",5.50,", ",5e1,"), id="a decimal's exponent"),
        pytest.param(
            lambda text: text.replace(",5.50,", f",{'9' * 40},"), id="too large a decimal"
        ),
        pytest.param(lambda text: text.replace("2024-02-15,", "2024-2-15,"), id="a short month"),
        pytest.param(lambda text: text.replace("2024-02-15,", "2024-02-30,"), id="no such day"),
        pytest.param(
            lambda text: text.replace("2024-02-15,", "0999-02-15,"), id="too early a year"
        ),
        pytest.param(lambda text: text.replace("10:00:05", "10:00:05.1"), id="a part of a second"),
        pytest.param(lambda text: text.replace("10:00:05", "10:00:60"), id="a second too many"),
        pytest.param(lambda text: text.replace("10:00:05", "24:00:05"), id="an hour too many"),
        pytest.param(lambda text: text.replace("15 10:00", "15T10:00"), id="another mark"),
        pytest.param(lambda text: text.replace("10:00:05,true", "10:00:05,yes"), id="another word"),
        # Where two things are wrong, they must not make up for each other.
        pytest.param(
            lambda text: text.replace("Tea, 4", 'Tea ""4').replace("\n5,", "\n05,"),
            id="a quote in a value, and a byte too many",
        ),
        pytest.param(
            lambda text: text.replace(",n4\n", "\n").replace("\n5,", "\n05,"),
            id="a field too few, and a byte too many",
        ),
        pytest.param(
            lambda text: text.replace("\n5,", "\n\n0000005,"),
            id="a blank line, and as many bytes too many",
        ),
        pytest.param(
            lambda text: text.replace(",n4\n", "\n").replace("n5\n", "n5\r\n"),
            id="a field too few, and a return too many",
        ),
    ],
)
def test_what_is_not_as_it_seems_is_not_read_fast(tmp_path: Path, change: Any) -> None:
    plan = plan_of(tmp_path, CLEAN)
    changed = change(CLEAN)
    assert changed != CLEAN
    with pytest.raises(Unproven):
        read(tmp_path, plan, changed)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("n5\r\n", "n5\n"), id="a line without a return"),
        pytest.param(
            lambda text: text.replace("n5\r\n", "n5\n").replace("Tea, 4", "Tea\r4"),
            id="a return elsewhere",
        ),
        pytest.param(
            lambda text: text.replace("n5\r\n", "n5\n").replace("Tea, 4", "Tea\r\n4"),
            id="a line end in a value instead",
        ),
    ],
)
def test_returns_belong_to_line_ends(tmp_path: Path, change: Any) -> None:
    clean = CLEAN.replace("\n", "\r\n")
    plan = plan_of(tmp_path, clean)
    assert len(read(tmp_path, plan, clean)) == 8
    with pytest.raises(Unproven):
        read(tmp_path, plan, change(clean))


def test_a_key_must_not_be_empty(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, CLEAN)
    assert len(read(tmp_path, plan, CLEAN, key=[0, 1])) == 8
    for changed in (CLEAN.replace("\n5,", "\n,"), CLEAN.replace(",005,", ",,")):
        assert len(read(tmp_path, plan, changed)) == 8
        with pytest.raises(Unproven):
            read(tmp_path, plan, changed, key=[0, 1])


def test_identifiers_that_need_cleaning_are_not_read_fast(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, CLEAN)
    columns = tuple(replace(c, identifier=c.name == "code") for c in plan.columns)
    plan = plan.with_columns(columns)
    assert len(read(tmp_path, plan, CLEAN)) == 8
    for code in ("5.0", '"5,000"', " 5", "5 "):
        with pytest.raises(Unproven):
            read(tmp_path, plan, CLEAN.replace(",005,", f",{code},"))


def test_texts_of_any_size_together_are_added_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lengths of 32 bits would not do for a larger file: here, lengths of 64 are as good."""
    plan = plan_of(tmp_path, CLEAN)
    assert pl.Series([2**31, 2**31], dtype=pl.UInt32).sum() == 0
    monkeypatch.setattr(swift, "_MOST_SUMMED", 1)
    assert len(read(tmp_path, plan, CLEAN)) == 8
    with pytest.raises(Unproven):
        read(tmp_path, plan, CLEAN.replace("\n5,", "\n05,"))


def test_records_that_are_too_long_and_too_much_memory_are_given_up(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, CLEAN)
    with pytest.raises(Unproven):
        read(tmp_path, plan, CLEAN.replace("n5", "n" * 300), limits=Limits(max_record_bytes=200))
    with pytest.raises(Unproven):
        read(tmp_path, plan, CLEAN, limits=Limits(process_bytes=1_000_000))


@pytest.mark.parametrize("failure", [pl.exceptions.PanicException, OSError])
def test_a_failure_of_the_reader_has_the_file_read_in_another_way(
    parsing: Parser, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise failure("an index out of bounds")

    monkeypatch.setattr(pl, "collect_all", fail)
    assert parsing(CLEAN).result.staged == 8


def test_a_missing_column_of_the_dataset_is_null(parsing: Parser) -> None:
    parsed = parsing.into({"id": "integer", "gone": "decimal(9,2)", "name": "text"}, CLEAN)
    assert parsed.column("gone") == [None] * 8
    assert parsed.column("id") == list(range(1, 9))


FAULTS = [
    "\n", "1,2\n", '"\n', ",,,\n", "\r\n", "007,", '"",', "é\n", "x" * 9,
    '"', '""', ' "a" ', '""a""', '"a"b"c"', ',"', '",', " ",
]  # fmt: skip


@SLOW
@given(
    tables(min_columns=2, min_rows=3, max_rows=30),
    st.sampled_from(["minimal", "all"]),
    st.sampled_from(["\n", "\r\n"]),
    st.lists(st.tuples(st.sampled_from(FAULTS), st.floats(0.2, 1)), max_size=2),
)
def test_every_file_comes_out_as_in_any_other_way(
    table: Table, quoting: str, newline: str, faults: Sequence[tuple[str, float]]
) -> None:
    text = Style(quoting=quoting, newline=newline).write(table).decode()
    for fault, share in faults:
        place = int(len(text) * share)
        text = text[:place] + fault + text[place:]
    outcomes = []
    for least in (0, 2**40):
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(swift, "LEAST_BYTES", least)
            told = ReadOptions(delimiter=",", quote='"', header=True, skip_rows=0)
            try:
                outcomes.append(outcome(Parser(Path(folder))(text, options=told)))
            except RowmillError as error:
                outcomes.append(repr(error))
    assert outcomes[0] == outcomes[1]


@given(st.text(st.sampled_from("0019-+ .e_,x"), min_size=1, max_size=6))
@settings(max_examples=300, database=None, derandomize=True)
def test_integers_are_never_read_from_texts_that_are_shorter(text: str) -> None:
    """What the proof by sizes stands on."""
    content = f'"{text}"|z\n'.encode()
    schema = {"a": pl.Int64(), "b": pl.String()}
    try:
        frame = pl.read_csv(content, has_header=False, separator="|", schema=schema)
    except pl.exceptions.PolarsError:
        return
    (value,) = frame.get_column("a")
    own = "" if value is None else str(value)
    assert text == own or len(text) > len(own)


@given(
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"]),
    st.data(),
)
@settings(max_examples=300, database=None, derandomize=True)
def test_moments_are_those_that_python_reads(pattern: str, data: st.DataObject) -> None:
    """Of texts that look the part, whether or not there is such a day or time."""
    digits = st.sampled_from("0012345669")
    width = {"%Y": 4}
    parts = re.split("(%[A-Za-z])", pattern)
    text = "".join(
        "".join(data.draw(digits) for _ in range(width.get(part, 2))) if "%" in part else part
        for part in parts
    )
    kind = "timestamp" if "%H" in pattern else "date"
    column = PlanColumn("a", "a", kind, formats=(pattern,))
    field = field_of(column, 0, has_blanks=False, is_native=False)
    frame = pl.DataFrame({"c0": [text]}).with_columns(field.value.alias("v0"))
    assert field.proof is not None
    value, is_proven = frame.select("v0", p=field.proof.all()).row(0)
    try:
        moment = datetime.strptime(text, pattern)  # noqa: DTZ007
    except ValueError:
        moment = None
    is_early = moment is not None and moment.year < 1000
    assert is_proven == (moment is not None and moment.second < 60 and not is_early)
    if is_proven and moment is not None:
        assert value == (moment if kind == "timestamp" else moment.date())


def test_the_targets_of_other_columns_make_no_difference(tmp_path: Path) -> None:
    """Fields that nobody wants are held against the size of the file all the same."""
    plan = plan_of(tmp_path, CLEAN)
    path = tmp_path / "file.csv"
    path.write_text(CLEAN.replace("n5\n", "n5\n\n"))
    body = Body.of(str(path), plan, Limits(), Meter(path.stat().st_size))
    wanted = [Target("name", "name", None, 2)]
    with pytest.raises(Unproven):
        SwiftReader(body, wanted, []).write(tmp_path / "staged.parquet", 2048)
    path.write_text(CLEAN)
    tally = SwiftReader(body, wanted, []).write(tmp_path / "staged.parquet", 2048)
    assert tally.passed == 8
