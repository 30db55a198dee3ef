"""The read plan: dialect, preamble, header and types, from a look at the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rowmill.mill import (
    Limits,
    ReadOptions,
    ReadPlan,
    TooManyColumns,
    UnknownEncoding,
    UnreadableFile,
    make_plan,
)
from rowmill.mill.errors import BadOption


@pytest.fixture
def plan_of(tmp_path: Path) -> PlanMaker:
    """Makes plans of some bytes."""
    return PlanMaker(tmp_path / "file.csv")


class PlanMaker:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, content: str | bytes, **options: object) -> ReadPlan:
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        return make_plan(str(self.path), options=ReadOptions(**options))  # type: ignore[arg-type]


def labels(plan: ReadPlan) -> list[str]:
    return [column.label for column in plan.columns]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_usual_delimiters_and_newlines(plan_of: PlanMaker, delimiter: str, newline: str) -> None:
    rows = ["id,name,price", '1,"a, b",2.50', "2,c,3.75"]
    plan = plan_of(newline.join(row.replace(",", delimiter) for row in rows) + newline)
    assert (plan.delimiter, plan.newline, plan.quote, plan.header) == (
        delimiter,
        newline,
        '"',
        True,
    )
    assert labels(plan) == ["id", "name", "price"]


@pytest.mark.parametrize(
    ("content", "delimiter", "quote", "escape"),
    [
        ("id name score\n1 ann 3.5\n2 bob 4.5\n3 cy 2.5\n", " ", '"', '"'),
        ("id:score:day\n1:3.5:2\n2:4.5:3\n", ":", '"', '"'),
        ("a, b, c\n1, x, 3\n4, y, 6\n", ", ", '"', '"'),
        ("id,'name'\n1,'a, b'\n2,'c ''d'''\n3,'e'\n", ",", "'", "'"),
        ('id,text\n1,"say \\"hi\\", ok"\n2,"plain"\n', ",", '"', "\\"),
        ('id,path\n1,"C:\\dir\\"\n2,"D:\\x"\n', ",", '"', '"'),
        ('size\tname\n5" pipe\ta\n"6 inch\tb\n"7 inch\tc\n', "\t", "", ""),
        ("id;amount\n1;2,50\n2;3,75\n", ";", '"', '"'),
        ("name\nAnn Lee\nBob Ray\nCy Fox\n", "", '"', '"'),
        ("amount\n1,5\n2,75\n3,25\n", "", '"', '"'),
        ("when\n2003-02-24 10:00\n2003-02-25 11:30\n", "", '"', '"'),
        ("sep=;\r\nid;name\r\n1;a, b\r\n2;c, d\r\n", ";", '"', '"'),
    ],
)
def test_unusual_dialects(
    plan_of: PlanMaker, content: str, delimiter: str, quote: str, escape: str
) -> None:
    plan = plan_of(content)
    assert (plan.delimiter, plan.quote, plan.escape) == (delimiter, quote, escape)
    assert plan.header


@pytest.mark.parametrize(
    ("content", "newline"),
    [
        ("a,b\r\n1,2\n3,4\r\n", "mixed"),
        ('a,b\r\n1,"x\ny"\r\n', "\r\n"),
        ('a,b\n1,"x\r\ny"\n', "\n"),
    ],
)
def test_line_ends_within_quotes_do_not_count(
    plan_of: PlanMaker, content: str, newline: str
) -> None:
    assert plan_of(content).newline == newline


def test_preamble_is_skipped_and_said(plan_of: PlanMaker) -> None:
    plan = plan_of(
        "Sales report 2024\nprinted by: me, on monday\n\nid,name,amount\n1,a,2.50\n2,b,3.75\n"
    )
    assert (plan.skip_rows, labels(plan)) == (3, ["id", "name", "amount"])
    assert "3 lines before the table were skipped." in plan.notes


def test_title_in_the_first_cell_is_a_preamble(plan_of: PlanMaker) -> None:
    plan = plan_of("Report,,\nid,name,amount\n1,a,2.50\n2,b,3.75\n")
    assert (plan.skip_rows, labels(plan)) == (1, ["id", "name", "amount"])


def test_first_record_of_a_file_without_header_is_never_a_preamble(plan_of: PlanMaker) -> None:
    plan = plan_of(",5,2003-02-24\n,6,2003-02-25\nx,7,2003-02-26\n")
    assert (plan.skip_rows, plan.header) == (0, False)


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("1,a,2020-01-01\n2,b,2020-01-02\n", False),
        ("ann,lee\nbob,lee\ncy,lee\n", False),
        ("first,last\nann,lee\nbob,ray\n", True),
        ("country,2019,2020\nFR,1,2\nDE,3,4\n", True),
        ("id\n1\n2\n", True),
        ("1\n2\n3\n", False),
        ("a,b,c\n", True),
        ("1,2,3\n", False),
        ("x", True),
        ("a,a\n1,2\n", True),
    ],
)
def test_header_is_told_from_records(plan_of: PlanMaker, content: str, header: bool) -> None:  # noqa: FBT001
    assert plan_of(content).header is header


def test_columns_without_header_are_numbered(plan_of: PlanMaker) -> None:
    plan = plan_of("1,a\n2,b\n")
    assert labels(plan) == ["column_1", "column_2"]


@pytest.mark.parametrize("header", ["id,name,", "id,name"])
def test_trailing_delimiters_make_no_column(plan_of: PlanMaker, header: str) -> None:
    assert labels(plan_of(f"{header}\n1,a,\n2,b,\n")) == ["id", "name"]


def test_types_of_the_sales_layout(plan_of: PlanMaker) -> None:
    plan = plan_of(
        "ORDERNUMBER,PRICEEACH,ORDERDATE,PHONE,POSTALCODE,TERRITORY\n"
        "10107,95.7,2/24/2003 0:00,2125557818,10022,NA\n"
        "10121,81.35,5/7/2003 0:00,26.47.1555,01234,EMEA\n"
    )
    assert [column.type for column in plan.columns] == [
        "integer",
        "decimal(18,2)",
        "timestamp",
        "text",
        "text",
        "text",
    ]
    assert plan.day_first is False
    assert plan.columns[2].formats == ("%m/%d/%Y %H:%M",)


def test_sample_reaches_the_end_of_the_file(plan_of: PlanMaker) -> None:
    lines = "".join(f"{number},x\n" for number in range(200_000))
    assert plan_of(f"id,name\n{lines}0123,y\n").columns[0].type == "text"


def test_options_are_obeyed(plan_of: PlanMaker) -> None:
    content = b"skip me\nl\xe9;'a;b';1/2/2003\n1;2;3/4/2003\n"
    plan = plan_of(
        content,
        encoding="cp1252",
        delimiter=";",
        quote="'",
        header=True,
        skip_rows=1,
        day_first=True,
    )
    assert labels(plan) == ["lé", "a;b", "1/2/2003"]
    assert plan.columns[2].formats == ("%d/%m/%Y",)


def test_type_of_a_column_can_be_given_by_label(plan_of: PlanMaker) -> None:
    plan = plan_of("Order No,b\n1,2\n", types={"Order No": "text", "b": "decimal(18,4)"})
    assert [(column.type, column.fixed) for column in plan.columns] == [
        ("text", True),
        ("decimal(18,4)", True),
    ]


@pytest.mark.parametrize(
    "options",
    [
        {"types": {"nope": "text"}},
        {"types": {"a": "money"}},
        {"skip_rows": 99},
        {"delimiter": "toolong"},
        {"quote": "''"},
    ],
)
def test_senseless_options_are_refused(plan_of: PlanMaker, options: dict[str, object]) -> None:
    with pytest.raises(BadOption):
        plan_of("a,b\n1,2\n", **options)


def test_unknown_encoding_is_refused(plan_of: PlanMaker) -> None:
    with pytest.raises(UnknownEncoding):
        plan_of("a,b\n", encoding="klingon")


def test_too_many_columns_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("# title\n" + ",".join(f"c{n}" for n in range(60)) + "\n")
    with pytest.raises(TooManyColumns, match="60 columns") as caught:
        make_plan(str(path), limits=Limits(max_columns=50), options=ReadOptions(skip_rows=1))
    assert caught.value.extra["line"] == 2


def test_long_first_line_is_read_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a," + "b" * 1_000_000 + "\n1,2\n")
    assert len(make_plan(str(path)).columns) == 2
    with pytest.raises(UnreadableFile, match="first line is longer"):
        make_plan(str(path), limits=Limits(max_record_bytes=600_000))


def test_plan_survives_json(plan_of: PlanMaker) -> None:
    plan = plan_of("id;when\n1;24.2.2003\n", nulls=("NA",))
    assert ReadPlan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan


def test_options_survive_json() -> None:
    options = ReadOptions(types={"a": "text"}, nulls=("NA",), header=False)
    assert ReadOptions.from_dict(json.loads(json.dumps(options.to_dict()))) == options


def test_detection_looks_at_a_bounded_part(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    line = "".join(f"{number},{'x' * 90}\n" for number in range(1000))
    path.write_text("id,text\n" + line * 300)
    plan = make_plan(str(path))
    assert [column.type for column in plan.columns] == ["integer", "text"]
