"""Random tables in random dialects come back equal, and every account balances."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rowmill.mill import ReadOptions
from tests.factories.tables import Style, Table, styles, tables
from tests.unit.mill.conftest import Parsed, Parser

SLOW = settings(
    max_examples=50,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

WORDS = st.from_regex(r"[A-Z][a-z]{2,8}( [A-Z][a-z]{2,7})?(, [A-Z]{2})?", fullmatch=True).map(
    lambda text: (text, text)
)


def parse(content: bytes, options: ReadOptions | None = None) -> Parsed:
    with tempfile.TemporaryDirectory() as folder:
        return Parser(Path(folder))(content, options=options or ReadOptions())


def options_of(style: Style) -> ReadOptions:
    """Everything that a person could say about a file of this style."""
    return ReadOptions(
        encoding=style.encoding,
        delimiter=style.delimiter,
        quote=style.quote,
        escape=style.escape,
        header=style.header,
        skip_rows=0,
    )


def balances(parsed: Parsed, records: int) -> bool:
    counts = parsed.result.counts
    total = counts.staged + counts.rejected + counts.deduplicated + counts.skipped
    return counts.records_read == total == records and counts.staged == len(parsed.rows)


@SLOW
@given(tables(min_rows=1), styles(["utf-8", "utf-16-le", "utf-16-be"]))
def test_table_comes_back_from_any_dialect_that_is_told(table: Table, style: Style) -> None:
    known = style if style.encoding == "utf-8" else replace(style, bom=True)
    parsed = parse(known.write(table), options_of(known))

    assert (parsed.rows, parsed.rejects) == (table.values, [])
    assert balances(parsed, len(table.rows))


@SLOW
@given(
    tables(text=WORDS, min_columns=3, min_rows=4, max_rows=30),
    st.builds(
        Style,
        delimiter=st.sampled_from([",", ";", "\t", "|", ", "]),
        quoting=st.sampled_from(["minimal", "all"]),
        newline=st.sampled_from(["\n", "\r\n"]),
        encoding=st.sampled_from(["utf-8", "utf-16-le", "cp1252"]),
        final_newline=st.booleans(),
    ),
)
def test_table_comes_back_from_usual_dialects_unaided(table: Table, style: Style) -> None:
    known = replace(style, bom=style.encoding == "utf-16-le")
    parsed = parse(known.write(table))

    assert parsed.result.plan.delimiter == known.delimiter
    assert [column.label for column in parsed.result.columns] == list(table.labels)
    assert (parsed.rows, parsed.rejects) == (table.values, [])


FAULTS = {
    "too_few_fields": lambda line: line.split(b",")[0] + b",cut",
    "too_many_fields": lambda line: line + b",extra,more",
    "text_after_quote": lambda line: b'"x"y,' + line,
    "invalid_encoding": lambda line: b"\xff\xfe" + line,
    "unclosed_quote": lambda line: b'zz,"open ' + line.replace(b'"', b""),
}


@SLOW
@given(
    tables(
        kinds=["text", "integer", "decimal", "iso_date", "code"],
        text=WORDS,
        min_columns=4,
        min_rows=5,
        max_rows=40,
    ),
    st.lists(
        st.tuples(st.sampled_from(sorted(FAULTS)), st.integers(0, 1000)), min_size=1, max_size=6
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_broken_lines_are_exactly_the_rejects(
    table: Table, faults: Sequence[tuple[str, int]], newline: str
) -> None:
    style = Style(newline=newline)
    lines = [style.record([text for text, _ in row]).encode() for row in table.rows]
    file = [(line, "") for line in lines]
    for kind, number in faults:
        broken = FAULTS[kind](lines[number % len(lines)])
        file.insert(number % len(file), (broken, kind))
    end = newline.encode()
    header = style.record(table.labels).encode()
    content = end.join([header, *(line for line, _ in file), b""])

    parsed = parse(content, options_of(style))

    expected = [
        (number, number + 1, line.decode("utf-8", "backslashreplace"))
        for number, (line, kind) in enumerate(file, start=1)
        if kind
    ]
    assert [(r["record"], r["line"], r["raw"]) for r in parsed.rejects] == expected
    assert parsed.rows == table.values
    assert balances(parsed, len(file))
    for reject, (line, _) in zip(parsed.rejects, [pair for pair in file if pair[1]], strict=True):
        assert content[reject["byte_offset"] :].startswith(line)
