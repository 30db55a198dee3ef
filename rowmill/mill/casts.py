"""SQL that turns the text of a cell into a value, and says whether nothing was lost.

DuckDB's own casts are generous: they round decimals, drop leading zeros, read `1e3` and
`0x1F` as integers, cut fractions of a second, take the year of 1/2/03 for year 3. So every
column is read as text and converted here, with a condition that only a faithful conversion
meets. Comparing the value's own text with the cell comes first in each condition: it is
the cheapest test, and true for nearly every cell of a clean file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rowmill.mill.columns import decimal_parts, kind_of, sql_type
from rowmill.mill.dates import FIRST_YEAR
from rowmill.mill.infer import BLANK
from rowmill.mill.money import amount_pattern
from rowmill.mill.numerals import Marks, number_pattern, whole_pattern
from rowmill.mill.plan import PlanColumn
from rowmill.mill.quoting import quote_literal

_ISO_FORMATS: Final = frozenset(
    {
        "%Y-%m-%d",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M:%S.%f",
    }
)
_ZONE: Final = ".*[T0-9 aApPmM](Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)"
_MARKED: Final = "[1-9][0-9]{0,2}(,[0-9]{3})+([.]0)?|(0|[1-9][0-9]*)[.]0"
_SCIENTIFIC: Final = "-?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)(?:[eE][+-]?[0-9]{1,3})?"


@dataclass(frozen=True)
class Cast:
    """A column's value as SQL, and a condition that is true (never null) if it is faithful.

    The condition is None where every text is faithful: for text itself.
    """

    value: str
    is_faithful: str | None


def cast_of(column: PlanColumn, text: str, computed: str | None = None) -> Cast:
    """How the text that `text` names in SQL becomes a value of the column's type.

    `computed` names the value where it has been computed already: DuckDB would compute it
    once more for the condition.
    """
    kind = kind_of(column.type)
    if kind == "text":
        return Cast(_identifier(text) if column.identifier else text, None)
    if column.trim:
        text = f"nullif(trim({text}, {quote_literal(BLANK)}), '')"
    if kind == "boolean":
        return _boolean(text)
    if kind in {"integer", "decimal", "double"}:
        return _number(column, text, computed)
    if kind == "timestamptz":
        return _zoned(column, text, computed)
    return _date(column, text, computed)


def _identifier(text: str) -> str:
    """An identifier as everybody writes it: programs that took it for a number left marks.

    The cheap tests come first, and the others are only made of the few texts that pass them.
    """
    trimmed = f"coalesce(nullif(trim({text}, {quote_literal(BLANK)}), ''), {text})"
    digits = f"replace(regexp_replace({trimmed}, '[.]0$', ''), ',', '')"
    marked = f"regexp_full_match({trimmed}, {quote_literal(_MARKED)})"
    tests = (
        f"ends_with({text}, '.0')",
        f"contains({text}, ',')",
        f"starts_with({text}, ' ')",
        f"ends_with({text}, ' ')",
    )
    cleaned = f"CASE WHEN {marked} THEN {digits} ELSE {trimmed} END"
    return f"CASE WHEN {' OR '.join(tests)} THEN {cleaned} ELSE {text} END"


def _boolean(text: str) -> Cast:
    lower = f"lower({text})"
    value = f"CASE {lower} WHEN 'true' THEN true WHEN 'false' THEN false END"
    return Cast(value, f"({text} IS NULL OR {lower} IN ('true', 'false'))")


def _number(column: PlanColumn, text: str, computed: str | None) -> Cast:
    if column.currency is not None:
        return _amount(column, text, computed)
    plain = text
    if column.thousands:
        plain = f"replace({plain}, {quote_literal(column.thousands)}, '')"
    if column.decimal != ".":
        plain = f"replace({plain}, {quote_literal(column.decimal)}, '.')"
    cast = f"try_cast({plain} AS {sql_type(column.type)})"
    value = computed or cast
    own_text = f"{value}::VARCHAR IS NOT DISTINCT FROM {text}"
    if column.type == "integer" and plain == text and not column.fixed:
        return Cast(cast, f"({own_text})")
    if column.type == "double":
        same = f"{_digits(plain)} = {_digits(f'{value}::VARCHAR')}"
        other = f"(regexp_full_match({plain}, {quote_literal(_SCIENTIFIC)}) AND {same})"
        finite = f"{value} IS NOT NULL AND isfinite({value})"
        return Cast(cast, f"({text} IS NULL OR ({finite} AND ({own_text} OR {other})))")
    other = f"regexp_full_match({text}, {quote_literal(faithful_pattern(column))})"
    return Cast(cast, f"({own_text} OR ({value} IS NOT NULL AND {other}))")


def _amount(column: PlanColumn, text: str, computed: str | None) -> Cast:
    """Money: what is left without sign, blanks and marks, if the whole text was an amount."""
    bare = f"replace({text}, {quote_literal(column.currency)}, '')" if column.currency else text
    digits = f"regexp_replace({bare}, {quote_literal(f'[^0-9{column.decimal}]')}, '', 'g')"
    if column.decimal != ".":
        digits = f"replace({digits}, {quote_literal(column.decimal)}, '.')"
    minus = f"CASE WHEN regexp_matches({text}, '[-(]') THEN '-' ELSE '' END"
    cast = f"try_cast({minus} || {digits} AS {sql_type(column.type)})"
    parts = decimal_parts(column.type)
    marks = Marks(column.thousands, column.decimal)
    number = number_pattern(marks, parts[1] if parts else 0, sign="")
    pattern = amount_pattern(column.currency or "", number, is_optional=column.fixed)
    is_amount = f"regexp_full_match({text}, {quote_literal(pattern)})"
    return Cast(cast, f"({text} IS NULL OR ({computed or cast} IS NOT NULL AND {is_amount}))")


def faithful_pattern(column: PlanColumn) -> str:
    """Numbers that the type holds exactly. A given type is met halfway: `+5`, `51445.0`."""
    marks = Marks(column.thousands, column.decimal)
    sign = "[+-]?" if column.fixed else "-?"
    parts = decimal_parts(column.type)
    if parts is None and not column.fixed:
        return f"{sign}{whole_pattern(marks)}"
    return number_pattern(marks, parts[1] if parts else 0, sign)


def _digits(number: str) -> str:
    """SQL for the digits of a number that matter, whatever its exponent."""
    mantissa = f"regexp_replace(regexp_extract({number}, '^[^eE]*'), '[^0-9]', '', 'g')"
    return f"trim({mantissa}, '0')"


def _date(column: PlanColumn, text: str, computed: str | None) -> Cast:
    kind, sql = column.type, sql_type(column.type)
    moment = f"try_strptime({text}, {_list(column.formats)})"
    if _is_native(kind, column.formats):
        cast = f"try_cast({text} AS {sql})"
        value = computed or cast
        own_text = f"{value}::VARCHAR IS NOT DISTINCT FROM {text}"
        known = _is_known(moment, "TIMESTAMP", text)
        finite = f"{value} IS NOT NULL AND isfinite({value})"  # `infinity` is its own text
        return Cast(cast, f"({text} IS NULL OR ({finite} AND ({own_text} OR ({known}))))")
    cast = f"{moment}::{sql}"
    known = _is_known(computed or cast, sql, text)
    if kind == "date" and any("%M" in pattern for pattern in column.formats):
        known += f" AND {moment} = date_trunc('day', {moment})"
    return Cast(cast, f"({text} IS NULL OR ({known}))")


def _list(formats: Sequence[str]) -> str:
    return f"[{', '.join(map(quote_literal, formats))}]"


def _is_known(moment: str, sql: str, text: str) -> str:
    """True for a moment with a year of four digits, and not for the words `epoch` and
    `infinity`, which strptime takes for the first day of 1900.
    """
    is_year = f"{moment} IS NOT NULL AND {moment} >= {sql} '{FIRST_YEAR}-01-01'"
    is_word = f"{moment} = {sql} '1900-01-01' AND NOT regexp_matches({text}, '[0-9]')"
    return f"{is_year} AND NOT ({is_word})"


def _is_native(kind: str, formats: tuple[str, ...]) -> bool:
    """Whether DuckDB's own cast, three times as fast as strptime, reads all these formats."""
    native = {"%Y-%m-%d"} if kind == "date" else _ISO_FORMATS
    return native.issuperset(formats)


def _zoned(column: PlanColumn, text: str, computed: str | None) -> Cast:
    """Times with a zone; `Z` is written out, since strptime does not know it."""
    spelled = f"CASE WHEN {text} LIKE '%Z' THEN {text}[:-2] || '+00:00' ELSE {text} END"
    cast = f"try_strptime({spelled}, {_list(column.formats)})"
    known = _is_known(computed or cast, "TIMESTAMPTZ", text)
    zone = f"regexp_full_match({text}, {quote_literal(_ZONE)})"
    return Cast(cast, f"({text} IS NULL OR ({known} AND {zone}))")
