"""Amounts of money: numbers with a currency sign, negative ones also in parentheses.

`-$1,234.50`, `€ 12,50`, `12.50 USD` and `(12.00)` are what programs for people write. The sign
belongs to the whole column, so only a column with one and the same sign becomes numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rowmill.mill.plan import ReadPlan

_SYMBOLS: Final = "$£¥฿₠-₿\uff04\uffe1\uffe5\uffe6"  # the last ones in full width
_WORDS: Final = ("Kč", "kr.", "kr", "zł", "Ft", "lei", "Rs.", "Rs", "Fr.", "Fr")
_CODES: Final = (  # of ISO 4217, without those that are words, such as CUP and PEN
    "AED", "ARS", "AUD", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK",
    "EGP", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JOD", "JPY", "KES", "KRW",
    "KWD", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "OMR", "PHP", "PKR", "PLN", "QAR", "RON",
    "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "UAH", "USD", "UYU", "VND",
    "ZAR",
)  # fmt: skip
_GAP: Final = "[ \u00a0\u202f]?"
_SIGN: Final = re.compile(
    f"[A-Z]{{0,3}}[{_SYMBOLS}]|{'|'.join(map(re.escape, (*_CODES, *_WORDS)))}"
)
_ANY_NUMBER: Final = "(?:[0-9](?:[0-9.,'\u2019 \u00a0\u202f]*[0-9])?[.,]?|[.,][0-9]+)"
_PLAIN_NUMBER: Final = re.compile(f"-?{_ANY_NUMBER}")
_AROUND: Final = "-() \u00a0\u202f"


@dataclass(frozen=True)
class Amount:
    """What one text says: a sign, empty where there is none, and a number without it."""

    sign: str
    number: str


def amount(text: str) -> Amount | None:
    """The amount that is written in a text; None for plain numbers and everything else."""
    found = _SIGN.search(text)
    sign = found.group() if found else ""
    if _loosely(sign).fullmatch(text) is None:
        return None
    rest = text.replace(sign, "", 1)
    minus = "-" if "-" in rest or "(" in rest else ""
    return Amount(sign, minus + rest.strip(_AROUND))


@lru_cache(maxsize=64)
def _loosely(sign: str) -> re.Pattern[str]:
    """A pattern of amounts with any marks; without a sign, of those in parentheses."""
    return re.compile(_signed(sign, _ANY_NUMBER) if sign else rf"\({_ANY_NUMBER}\)")


def amount_pattern(sign: str, number: str, *, is_optional: bool) -> str:
    """A pattern of amounts with that sign. `number` is a pattern of numbers that have no minus.

    Where the sign `is_optional`, plain numbers fit, too. Where it is empty, they always do.
    """
    plain = rf"[+-]?{number}|\({number}\)"
    if not sign:
        return plain if is_optional else rf"-?{number}|\({number}\)"
    signed = _signed(sign, number)
    return f"{signed}|{plain}" if is_optional else signed


def _signed(sign: str, number: str) -> str:
    sign = "".join(f"\\{each}" if each in "$." else each for each in sign)
    return (
        rf"-?{sign}{_GAP}{number}|{sign}{_GAP}-{number}|-?{number}{_GAP}{sign}"
        rf"|\({sign}{_GAP}{number}\)|{sign}{_GAP}\({number}\)"
        rf"|\({number}{_GAP}{sign}\)|\({number}\){_GAP}{sign}"
    )


def common_sign(values: Collection[str]) -> tuple[str, set[str]] | None:
    """The sign that all of these texts carry, and their numbers; None if they do not.

    The empty sign stands for numbers with decimals of which some are in parentheses: where all
    are, or where they are whole numbers, they may be chapters or footnotes. For the same reason
    letters are a sign only of amounts with decimals: `EUR 42` is a size.
    """
    amounts = []
    for value in values:
        found = amount(value) or Amount("", value)
        amounts.append(found)
        if found.sign != amounts[0].sign or _PLAIN_NUMBER.fullmatch(found.number) is None:
            return None
    sign = amounts[0].sign if amounts else ""
    numbers = {found.number for found in amounts}
    has_decimals = any("." in number or "," in number for number in numbers)
    if sign and not sign.replace(".", "").isalpha():
        return sign, numbers
    is_mixed = numbers != set(values) and any(not number.startswith("-") for number in numbers)
    return (sign, numbers) if (sign or is_mixed) and has_decimals else None


def without_sign(values: Collection[str]) -> tuple[str | None, set[str]]:
    """The sign that most amounts among these texts carry, None where there are no amounts; and
    the texts, those with this sign as plain numbers.
    """
    amounts = {value: found for value in values if (found := amount(value.strip(" \t")))}
    if not amounts:
        return None, set(values)
    counts = Counter(found.sign for found in amounts.values() if found.sign)
    sign = min(counts, key=lambda each: (-counts[each], each)) if counts else ""
    bare = {value: found.number for value, found in amounts.items() if found.sign in {sign, ""}}
    return sign, {bare.get(value, value) for value in values}


def currency_notes(plan: ReadPlan) -> list[str]:
    """A word on the columns whose numbers are written as amounts of money."""
    columns = [column for column in plan.columns if column.currency is not None]
    return [
        f"{column.label!r} carries the currency sign {column.currency!r}; "
        "its amounts were read as numbers."
        if column.currency
        else f"{column.label!r}: numbers in parentheses were read as negative ones."
        for column in columns
    ]
