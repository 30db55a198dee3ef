"""JSON values as they are written: numbers keep their digits, objects all of their members."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

LONGEST: Final = 38


class Number(str):
    """A number of JSON, as its text."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """The members of an object, in their order; a key may occur twice."""

    __slots__ = ()


def _constant(name: str) -> Number | None:
    """`NaN` stands for no value in what Python and others write; infinity is kept as text."""
    return None if name == "NaN" else Number(name)


DECODER: Final = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_float=Number, parse_int=Number, parse_constant=_constant
)


def plain(number: Number) -> str:
    """The number without exponent, where so many digits can be stored; its value is the same."""
    if number == "-0":
        return "0"
    _, mark, exponent = number.lower().partition("e")
    if not mark or len(number) > LONGEST or abs(int(exponent)) > LONGEST:
        return str(number)
    text = format(Decimal(number), "f")
    return text if len(text) <= LONGEST else str(number)


def compact(value: Any) -> str:
    """The value as JSON again, without spaces, its numbers as they were written."""
    if type(value) is Number:
        return str(value)
    if type(value) is Pairs:
        members = (f"{json.dumps(key, ensure_ascii=False)}:{compact(v)}" for key, v in value)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
