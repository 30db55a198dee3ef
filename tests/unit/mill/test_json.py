"""JSON and JSON Lines: every value as it was sent, every record accounted for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rowmill.mill import (
    EmptyFile,
    Limits,
    ReadOptions,
    RecordsUndecided,
    TooManyColumns,
    TooManyRejects,
    UnreadableFile,
)
from rowmill.mill.errors import BadOption
from tests.unit.mill.conftest import Parsed, Parser


def lines(*records: Any) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def balance(parsed: Parsed) -> tuple[int, int, int, int]:
    counts = parsed.result.counts
    assert counts.records_read == counts.staged + counts.rejected + counts.skipped
    return counts.records_read, counts.staged, counts.rejected, counts.skipped


@pytest.mark.parametrize(
    ("content", "file_format"),
    [
        ('[{"a": 1, "b": "x"},\n {"a": 2, "b": "y"}]', "json"),
        ('  [{"a":1,"b":"x"},{"a":2,"b":"y"}]  \n', "json"),
        ('{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n', "jsonl"),
        ('{"a":1,"b":"x"}\r\n{"a":2,"b":"y"}', "jsonl"),
        ('\ufeff{"a":1,"b":"x"}\n{"a":2,"b":"y"}', "jsonl"),
        ('{\n "meta": {"n": [1, 2]},\n "data": [\n{"a":1,"b":"x"},\n{"a":2,"b":"y"}\n]}', "json"),
    ],
)
def test_records_are_found_however_they_are_written(
    parsing: Parser, content: str, file_format: str
) -> None:
    parsed = parsing(content)
    assert parsed.rows == [(1, "x"), (2, "y")]
    assert parsed.result.plan.format == file_format


def test_utf_16_is_read(parsing: Parser) -> None:
    parsed = parsing('[{"name":"Zoë"},{"name":5}]'.encode("utf-16"))
    assert parsed.column("name") == ["Zoë", "5"]


def test_numbers_keep_every_digit(parsing: Parser) -> None:
    content = (
        '[{"long":123456789012345678901234567890,"exact":0.1234567890123456789,"money":1.10,'
        '"small":1e-5,"big":9007199254740993}]'
    )
    parsed = parsing(content)
    assert parsed.rows == [
        (
            Decimal(123456789012345678901234567890),
            Decimal("0.1234567890123456789"),
            Decimal("1.10"),
            Decimal("0.00001"),
            9007199254740993,
        )
    ]


def test_an_endless_exponent_is_no_endless_text(parsing: Parser) -> None:
    assert parsing('[{"a":1e999999999}]').rows == [("1e999999999",)]


def test_texts_of_digits_stay_texts_and_dates_become_dates(parsing: Parser) -> None:
    parsed = parsing(
        lines({"zip": "01234", "n": "5", "day": "2024-01-05", "at": "2024-01-05T10:00:00Z"})
    )
    assert parsed.rows == [
        ("01234", "5", date(2024, 1, 5), datetime(2024, 1, 5, 10, tzinfo=UTC)),
    ]
    assert any("kept as text: 'n'" in note for note in parsed.result.notes)


def test_texts_of_digits_become_numbers_where_somebody_says_so(parsing: Parser) -> None:
    content = lines({"price": "12.50"}, {"price": "3"})
    assert parsing.told(content, types={"price": "decimal(18,2)"}).column("price") == [
        Decimal("12.50"),
        Decimal(3),
    ]
    assert parsing.into({"price": "decimal(18,2)"}, content).column("price")[0] == Decimal("12.50")


def test_an_empty_text_is_not_null(parsing: Parser) -> None:
    parsed = parsing(lines({"a": "", "d": "2024-01-05"}, {"a": None, "d": ""}, {"d": None}))
    assert parsed.column("a") == ["", None, None]
    assert parsed.column("d") == [date(2024, 1, 5), None, None]


def test_inner_objects_become_columns_and_lists_stay_json(parsing: Parser) -> None:
    parsed = parsing('[{"a":{"b":{"c":1},"d":"x"},"l":[1, 2.50, {"k": null}],"e":{}}]')
    assert [column.label for column in parsed.result.columns] == ["a.b.c", "a.d", "l"]
    assert parsed.rows == [(1, "x", '[1,2.50,{"k":null}]')]


def test_keys_that_appear_late_are_columns_of_all_records(parsing: Parser) -> None:
    records = [{"id": i} for i in range(30_000)] + [{"id": 30_000, "late": "x"}, {"later": True}]
    parsed = parsing(lines(*records))
    assert len(parsed.rows) == 30_002
    assert parsed.rows[0] == (0, None, None)
    assert parsed.rows[-2:] == [(30_000, "x", None), (None, None, True)]


def test_what_is_no_record_is_a_reject_with_its_place(parsing: Parser) -> None:
    content = '{"a":1}\n{"a":2,\n\n"text"\n{"a":3}\n{"a":4,"a":5}\n[1]\n{"a":6,"new":1,"a":7}\n'
    parsed = parsing(content)
    assert parsed.rows == [(1,), (3,)]
    assert balance(parsed) == (8, 2, 5, 1)
    assert [(r["record"], r["line"], r["code"], r["raw"]) for r in parsed.rejects] == [
        (2, 2, "broken_json", '{"a":2,'),
        (3, 4, "not_an_object", '"text"'),
        (5, 6, "duplicate_key", '{"a":4,"a":5}'),
        (6, 7, "not_an_object", "[1]"),
        (7, 8, "duplicate_key", '{"a":6,"new":1,"a":7}'),
    ]


def test_a_value_that_does_not_fit_is_a_reject_with_its_text(parsing: Parser) -> None:
    content = '[{"n": 1},\n {"n": "zwö",\n  "x": 2}, {"n": 3}]'
    parsed = parsing.into({"n": "integer"}, content)
    assert parsed.column("n") == [1, 3]
    (reject,) = parsed.rejects
    assert (reject["record"], reject["line"], reject["column"], reject["value"]) == (
        2,
        2,
        "n",
        "zwö",
    )
    assert reject["raw"] == '{"n": "zwö",\n  "x": 2}'
    assert content.encode()[reject["byte_offset"] :].startswith(reject["raw"].encode())


def test_bytes_that_are_no_text_spoil_their_line_only(parsing: Parser) -> None:
    good = lines(*({"a": "é" * 20} for _ in range(50))).encode()
    parsed = parsing(good + b'{"a":"\xff"}\n' + good)
    assert balance(parsed) == (101, 100, 1, 0)
    assert parsed.rejects[0]["code"] == "invalid_encoding"


def test_half_a_character_is_a_reject(parsing: Parser) -> None:
    parsed = parsing('{"a":"\\ud83d\\ude00"}\n{"a":"\\ud83d"}\n')
    assert parsed.rows == [("😀",)]
    assert parsed.rejects[0]["code"] == "invalid_encoding"


def test_a_line_without_end_is_one_reject(parsing: Parser) -> None:
    content = '{"a":1}\n{"a":"' + "x" * 3_000_000 + '"}\n{"a":2}\n'
    parsed = parsing(content, limits=Limits(max_record_bytes=1_000_000))
    assert parsed.rows == [(1,), (2,)]
    assert [(r["line"], r["code"]) for r in parsed.rejects] == [(2, "record_too_long")]


@pytest.mark.parametrize(
    ("content", "line", "why"),
    [
        ('[{"a":1},\n{"a":2,}]', 2, "property name"),
        ('[{"a":1},\n{"a":', 2, "ends before"),
        ('[{"a":1}\n{"a":2}]', 2, "',' is expected"),
        ('[{"a":1},\n]', 2, "must follow the comma"),
        ('[{"a":1}]\n[{"a":2}]', 2, "more text follows"),
        ('{"data":[{"a":1}],\n', 2, "ends before"),
        ('[{"a":1},\n{"a":"' + "x" * 3_000_000 + '"}]', 2, "longer than"),
    ],
)
def test_a_broken_document_fails_with_line_and_cause(
    parsing: Parser, content: str, line: int, why: str
) -> None:
    with pytest.raises(UnreadableFile, match=why) as caught:
        parsing(content, limits=Limits(max_record_bytes=1_000_000))
    assert caught.value.extra["line"] == line


@pytest.mark.parametrize("content", ["[]", '{"data": []}', "[\n]\n"])
def test_a_document_without_records_is_empty(parsing: Parser, content: str) -> None:
    with pytest.raises((EmptyFile, UnreadableFile)):
        parsing(content)


def test_a_document_of_one_object_is_one_record(parsing: Parser) -> None:
    assert parsing('{\n"a": 1,\n"b": {"c": "x"}\n}').rows == [(1, "x")]


def test_of_several_lists_one_must_be_chosen_and_can_be(parsing: Parser) -> None:
    content = '{"shops":[{"s":1}],"result":{"items":[{"a":1},{"a":2}]}}'
    with pytest.raises(RecordsUndecided, match=r"'shops', 'result\.items'") as caught:
        parsing(content)
    assert caught.value.extra["lists"] == ["shops", "result.items"]
    parsed = parsing.told(content, records="result.items")
    assert parsed.rows == [(1,), (2,)]
    assert parsed.result.plan.records == "result.items"
    with pytest.raises(BadOption, match="no list of objects under 'other'"):
        parsing.told(content, records="other")


def test_keys_made_of_values_are_stopped(parsing: Parser) -> None:
    content = json.dumps([{f"day {i}": i for i in range(200)}])
    with pytest.raises(TooManyColumns):
        parsing(content, limits=Limits(max_columns=100))


def test_too_many_broken_lines_stop_the_import(parsing: Parser) -> None:
    with pytest.raises(TooManyRejects, match="line 2"):
        parsing(
            '{"a":1}\n' + "{x\n" * 30,
            options=ReadOptions(format="jsonl"),
            limits=Limits(max_rejects=10),
        )


def test_deep_nesting_is_survived(parsing: Parser) -> None:
    parsed = parsing('{"a":1}\n{"a":' + "[" * 100_000 + "]" * 100_000 + "}\n")
    assert parsed.rows == [(1,)]
    assert parsed.rejects[0]["code"] == "nested_too_deep"


def test_csv_that_begins_with_a_bracket_stays_csv(parsing: Parser) -> None:
    assert parsing("[id],[name]\n1,x\n2,y\n").rows == [(1, "x"), (2, "y")]


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = {
    "n": st.integers(-(10**25), 10**25) | st.none(),
    "d": st.decimals(-(10**9), 10**9, places=3) | st.none(),
    "t": TEXTS.filter(lambda text: not text[:1].isdigit()) | st.none(),
    "b": st.booleans() | st.none(),
}
RECORDS = st.lists(st.fixed_dictionaries({}, optional=VALUES), min_size=1, max_size=20)


def written(records: list[dict[str, Any]], *, as_lines: bool) -> str:
    def one(record: dict[str, Any]) -> str:
        members = (
            f"{json.dumps(k)}:{v if isinstance(v, Decimal) else json.dumps(v)}"
            for k, v in record.items()
        )
        return "{" + ",".join(members) + "}"

    texts = [one(record) for record in records]
    return "\n".join(texts) if as_lines else f"[{', '.join(texts)}]"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, as_lines=st.booleans())
def test_what_was_written_is_read_back_equal(
    parsing: Parser, records: list[dict[str, Any]], *, as_lines: bool
) -> None:
    if not any(records):
        return
    file_format = "jsonl" if as_lines else "json"
    parsed = parsing.told(written(records, as_lines=as_lines), format=file_format)
    names = [column.name for column in parsed.result.columns]
    for row, record in zip(parsed.rows, records, strict=True):
        found = dict(zip(names, row, strict=True))
        for name in names:
            assert found[name] == record.get(name), name
