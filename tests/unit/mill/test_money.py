"""Amounts of money: exact numbers where a column has one sign, texts where it has not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.mill.infer import readings
from rowmill.mill.numerals import Marks
from tests.unit.mill.conftest import Parser
from tests.unit.mill.test_casts import accepted, given_type, guessed, outcomes

ENGLISH, GERMAN = Marks(",", "."), Marks(".", ",")
SIGNS = ["$", "€", "£", "US$", "USD", "CHF", "kr.", "zł"]


@pytest.mark.parametrize(
    ("texts", "sign", "marks", "column_type"),
    [
        (["$1,234.50", "$7", "-$0.05"], "$", ENGLISH, "decimal(18,2)"),
        (["$12", "$5"], "$", Marks("", "."), "decimal(18,2)"),
        (["€ 12,50", "€ 1.000,25"], "€", GERMAN, "decimal(18,2)"),
        (["12,50\u00a0€", "1.000,25 €"], "€", GERMAN, "decimal(18,2)"),
        (["12.50 USD", "-3.125 USD"], "USD", Marks("", "."), "decimal(18,3)"),
        (["($12.00)", "$3.50", "$ (4.25)"], "$", Marks("", "."), "decimal(18,2)"),
        (["(12.00)", "3.50"], "", Marks("", "."), "decimal(18,2)"),
        (["R$1.234,50"], "R$", GERMAN, "decimal(18,2)"),
        (["99,90 kr.", "1 200,00 kr."], "kr.", Marks(" ", ","), "decimal(18,2)"),
        (["$" + "9" * 17], "$", Marks("", "."), "decimal(38,2)"),
    ],
)
def test_one_sign_makes_a_column_of_exact_numbers(
    texts: list[str], sign: str, marks: Marks, column_type: str
) -> None:
    (found,) = readings(set(texts))
    assert (found.currency, found.marks, found.type) == (sign, marks, column_type)


@pytest.mark.parametrize(
    "texts",
    [
        ["$12.50", "€12.50"],
        ["$12.50", "12.50"],
        ["$12.50", "free"],
        ["$007.50"],
        ["(1)", "2"],  # a footnote
        ["(1.1)", "(1.2)"],  # chapters
        ["EUR 42", "EUR 43"],  # sizes
        ["12.50 KG"],
        ["($-5.00)"],
        ["$"],
        ["$5-$6"],
        ["10.0.0.1"],
    ],
)
def test_other_texts_with_signs_stay_text(texts: list[str]) -> None:
    assert readings(set(texts)) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1,234.50", "1234.50"),
        ("-$1,234.50", "-1234.50"),
        ("$-3", "-3.00"),
        ("($3.10)", "-3.10"),
        ("$(3.10)", "-3.10"),
        ("3.10 $", "3.10"),
        ("$ .50", "0.50"),
    ],
)
def test_amount_becomes_this_number(text: str, value: str) -> None:
    found = outcomes(guessed("$1,000.00"), [text, None])
    assert found == [(Decimal(value), True), (None, True)]


def test_amount_that_a_guessed_column_would_damage_is_not_accepted() -> None:
    wrong = ["12.50", "€5", "$1.999", "$1e3", "$$5", "(-$5)", "$", "$007", "$1,00", "5", "abc", "-"]
    assert accepted(guessed("$1,000.50"), "$5", *wrong) == ["$5"]


def test_given_decimal_takes_amounts_and_plain_numbers() -> None:
    column = given_type("decimal(18,2)", "$12.50", "$3", "7.00", "€9.00")
    texts = ["$12.50", "12.50", "+5", "(3.10)", "($3.10)"]
    assert accepted(column, *texts, "€9.00", "$1.999", "(5", "free") == texts


@given(
    st.decimals(-(10**12), 10**12, places=2, allow_nan=False, allow_infinity=False),
    st.sampled_from(SIGNS),
    st.sampled_from(["{0}{1}", "{0} {1}", "{1} {0}", "{1}\u00a0{0}", "({0}{1})"]),
    st.sampled_from([ENGLISH, GERMAN]),
)
def test_any_amount_is_read_as_it_was_written(
    number: Decimal, sign: str, form: str, marks: Marks
) -> None:
    digits = f"{abs(number):,.2f}".translate(str.maketrans(",.", marks.thousands + marks.decimal))
    is_negative = number < 0 or (form.startswith("(") and number != 0)
    text = form.format(sign, digits)
    if is_negative and not form.startswith("("):
        text = f"-{text}"
    column = guessed(text, f"{sign}1{marks.thousands}000{marks.decimal}00")
    value = -abs(number) if is_negative else abs(number)
    assert outcomes(column, [text]) == [(value, True)]


def test_receipt_names_the_sign(parsing: Parser) -> None:
    parsed = parsing('item,cost,change\na,$12.50,1.00\nb,"$1,000.00",(2.50)\nc,,\n')
    assert parsed.column("cost") == [Decimal("12.50"), Decimal("1000.00"), None]
    assert parsed.column("change") == [Decimal("1.00"), Decimal("-2.50"), None]
    assert parsed.result.notes == (
        "'cost' carries the currency sign '$'; its amounts were read as numbers.",
        "'change': numbers in parentheses were read as negative ones.",
    )


def test_mixed_signs_are_kept_as_they_were_sent(parsing: Parser) -> None:
    parsed = parsing("item,cost\na,$12.50\nb,€12.50\n")
    assert parsed.column("cost") == ["$12.50", "€12.50"]
    assert parsed.result.notes == ()


@pytest.mark.parametrize("late", ["€9.00", "9.00", "on request"])
def test_another_sign_late_in_the_file_makes_it_text(parsing: Parser, late: str) -> None:
    line = "$1.50\tsome longer text to fill the file with\n"
    parsed = parsing(f"a\tb\n{line * 100_000}{late}\tx\n{line * 100_000}")
    assert parsed.types["a"] == "text"
    assert parsed.rows[100_000][0] == late
    assert parsed.result.counts.rejected == 0


def test_existing_decimals_take_a_file_with_signs(parsing: Parser) -> None:
    content = "id,price\n1,$2.50\n2,3.75\n3,($1.00)\n4,€9.00\n5,free\n"
    parsed = parsing.into({"id": "integer", "price": "decimal(18,2)"}, content)
    assert parsed.rows == [(1, Decimal("2.50")), (2, Decimal("3.75")), (3, Decimal("-1.00"))]
    assert [(r["line"], r["code"], r["reason"]) for r in parsed.rejects] == [
        (5, "other_currency", "'€9.00' carries another sign than its column's '$'"),
        (6, "not_decimal", "'free' is not a decimal number"),
    ]


def test_signs_met_late_are_taken_by_existing_decimals(parsing: Parser) -> None:
    line = "1.50,some longer text to fill the file with\n"
    content = f"a,b\n{line * 100_000}$9.00,x\n"
    parsed = parsing.into({"a": "decimal(18,2)", "b": "text"}, content)
    assert parsed.rows[-1][0] == Decimal("9.00")
    assert parsed.rejects == []
