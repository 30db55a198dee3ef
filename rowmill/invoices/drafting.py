"""From what a client sends to rows of the dataset: checked field by field, fitted to columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from rowmill.datasets.columns import Columns
from rowmill.datasets.values import UnreadableValue, read_value
from rowmill.errors import FieldError, Invalid
from rowmill.invoices.content import (
    FIGURES,
    LINE_ROLES,
    STORE_ROLES,
    Invoice,
    Row,
    Values,
    number_in,
)
from rowmill.invoices.schemas import InvoiceIn, LineIn
from rowmill.mill import Column
from rowmill.mill.columns import decimal_parts, kind_of
from rowmill.templates.builtin import SALES
from rowmill.templates.roles import Roles

MONEY_SCALE: Final = 2
MOST_DIGITS: Final = 38
NEW_DECIMAL_DIGITS: Final = 18
NEW_DECIMAL: Final = f"decimal({NEW_DECIMAL_DIGITS},3)"
INTEGERS: Final = range(-(2**63), 2**63)
NUMBER_ROLES: Final = frozenset({"line", "pack", "volume_ml", *FIGURES})
MONEY_ROLES: Final = frozenset({"unit_price", "unit_cost", "amount"})


class Refused(Invalid):
    """The invoice cannot be as it was sent. `errors` names each field and what is wrong with it."""

    code = "invalid"
    title = "Invalid"


@dataclass
class Draft:
    """Rows in the making, and the columns that they will need.

    `errors` gathers everything that is wrong, so that a person can mend it all at once;
    `is_first` says that the dataset has no columns yet, `made` are those made for this invoice.
    """

    columns: dict[str, Column]
    roles: dict[str, str]
    is_first: bool
    made: set[str] = field(default_factory=set)
    errors: list[FieldError] = field(default_factory=list)

    @classmethod
    def of(cls, columns: Columns, roles: Roles) -> Draft:
        """Begin with the dataset as it is."""
        played = {role: column.name for role, column in roles.columns.items()}
        return cls({column.name: column for column in columns}, played, is_first=not columns.items)

    def refuse(self, name: str, message: str) -> None:
        """Note what is wrong with a field."""
        self.errors.append({"field": name, "message": message})

    def check(self) -> None:
        """Raises: Refused where anything is wrong."""
        if self.errors:
            summary = " ".join(f"{error['field']}: {error['message']}" for error in self.errors)
            raise Refused(summary[:2000], errors=self.errors)

    def put(self, values: Values, role: str, value: object, name: str) -> None:
        """Set what a row has in a role; the column is made, or widened, where it has to be.

        Args: `name` is the field that errors are about.
        """
        if value is None and role not in self.roles:
            return
        column = self.columns[self.roles[role]] if role in self.roles else self._made(role, value)
        self._fit(values, self.columns[column.name], value, name)

    def put_extra(self, values: Values, wanted: str, value: object, name: str) -> None:
        """Set a column that plays no role, by its name or label."""
        column = Columns(tuple(self.columns.values())).find(wanted)
        if column is None or column.name in self.roles.values():
            known = Columns(tuple(self.columns.values()))
            message = known.unknown(wanted) if column is None else "It has a field of its own."
            self.refuse(name, message)
            return
        if isinstance(value, bool):
            value = "true" if value else "false"
        if isinstance(value, list | dict):
            self.refuse(name, "It takes a single value.")
            return
        self._fit(values, column, value, name)

    def _fit(self, values: Values, column: Column, value: object, name: str) -> None:
        if value is None:
            values[column.name] = None
            return
        if column.name in self.made and column.type == "integer" and not _is_whole(str(value)):
            column = replace(column, type=NEW_DECIMAL)
        try:
            fitted, text = fit(column, str(value))
        except UnreadableValue as error:
            self.refuse(name, str(error))
            return
        self.columns[column.name] = fitted
        values[column.name] = text

    def _made(self, role: str, value: object) -> Column:
        declared = next(column for column in SALES.columns if column.role == role)
        name = role
        while name in self.columns:
            name = f"invoice_{name}"
        column = Column(name, declared.label, _new_type(role, str(value)))
        self.columns[name] = column
        self.made.add(name)
        self.roles[role] = name
        return column


def fit(column: Column, text: str) -> tuple[Column, str]:
    """The column, wide enough for the value, and the value's text.

    Raises: UnreadableValue where the column can have no such value.
    """
    if "\0" in text:
        raise UnreadableValue("It may not hold a NUL character.")
    kind = kind_of(column.type)
    if kind == "integer":
        return column, _whole(text)
    if kind == "decimal":
        return _fit_decimal(column, text)
    if kind == "date" and not _is_day(text):
        raise UnreadableValue("The dataset has dates without times, such as 2026-01-31.")
    return column, read_value(text, column.type).text


def _whole(text: str) -> str:
    value = _number(text)
    if value != value.to_integral_value() or int(value) not in INTEGERS:
        raise UnreadableValue("It takes a whole number.")
    return str(int(value))


def _fit_decimal(column: Column, text: str) -> tuple[Column, str]:
    parts = decimal_parts(column.type)
    assert parts is not None
    plain = read_value(text, f"decimal({MOST_DIGITS},12)").text
    whole, _, fraction = plain.removeprefix("-").partition(".")
    scale = max(parts[1], len(fraction))
    digits = max(parts[0] - parts[1], len(whole)) + scale
    if digits > MOST_DIGITS:
        raise UnreadableValue("It has more digits than the column can hold.")
    if (digits, scale) == parts:
        return column, plain
    precision = max(digits, NEW_DECIMAL_DIGITS if scale <= parts[1] else digits)
    return replace(column, type=f"decimal({precision},{scale})"), plain


def _number(text: str) -> Decimal:
    return Decimal(read_value(text, f"decimal({MOST_DIGITS},12)").text)


def _is_day(text: str) -> bool:
    try:
        return str(date.fromisoformat(text.strip())) == text.strip()
    except ValueError:
        return False


def _is_whole(text: str) -> bool:
    number = number_in(text)
    return number is not None and number == number.to_integral_value()


def _new_type(role: str, text: str) -> str:
    """The type of a column that is made for a value."""
    if role in MONEY_ROLES:
        return f"decimal({NEW_DECIMAL_DIGITS},{MONEY_SCALE})"
    if role in NUMBER_ROLES:
        return "integer" if _is_whole(text) else NEW_DECIMAL
    if role == "date":
        return "date" if _is_day(text) else "timestamp"
    return "text"


def rows_of(body: InvoiceIn, old: Invoice | None, draft: Draft) -> list[Row]:
    """The rows that the invoice is to have; those that are there already keep what is not sent.

    What is wrong is noted in the draft.
    """
    kept = dict(zip(old.line_numbers, old.rows, strict=True)) if old else {}
    head: Values = {}
    _put_head(body, draft, head)
    rows, seen = [], set()
    following = max(kept, default=0)
    for position, line in enumerate(body.lines):
        name = f"lines.{position}"
        if line.line is not None and line.line in seen:
            draft.refuse(f"{name}.line", f"Line {line.line} stands there twice.")
        row = kept.get(line.line) if line.line is not None else None
        number = line.line or _next(following, kept, body.lines)
        following = max(following, number)
        seen.add(number)
        values = {**(row.values if row else {}), **head}
        _put_line(line, row, old, draft, values, name)
        if "line" in draft.roles or draft.is_first:
            draft.put(values, "line", number, f"{name}.line")
        rows.append(Row(row.row_id if row else None, values))
    return rows


def _next(following: int, kept: Mapping[int, Row], lines: Sequence[LineIn]) -> int:
    taken = {line.line for line in lines if line.line is not None} | set(kept)
    return max(following, *taken, 0) + 1 if taken else following + 1


def _put_head(body: InvoiceIn, draft: Draft, values: Values) -> None:
    if body.number is None:
        draft.refuse("number", "An invoice needs a number.")
    else:
        draft.put(values, "number", body.number, "number")
    if body.date is None:
        draft.refuse("date", "An invoice needs a date, such as 2026-01-31.")
    elif not _is_moment(body.date):
        draft.refuse("date", "It takes a date, such as 2026-01-31.")
    else:
        draft.put(values, "date", body.date, "date")
    for name, role in STORE_ROLES.items():
        draft.put(values, role, getattr(body.store, name) if body.store else None, f"store.{name}")
    draft.put(values, "customer", body.customer, "customer")
    draft.put(values, "country", body.country, "country")
    if not body.lines:
        draft.refuse("lines", "An invoice needs at least one line.")


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _put_line(
    line: LineIn, row: Row | None, old: Invoice | None, draft: Draft, values: Values, name: str
) -> None:
    if row is None and line.item_number is None and line.item_name is None:
        draft.refuse(f"{name}.item_number", "Give the item's number, or its name.")
    amount = line.amount
    if not _figures_stay(line, row, old):
        amount = _checked_amount(line, draft, name)
    for role in LINE_ROLES:
        value = amount if role == "amount" else getattr(line, role)
        if role == "amount" and "amount" not in draft.roles and _is_told(line, draft):
            continue
        text = format(value, "f") if isinstance(value, Decimal) else value
        draft.put(values, role, text, f"{name}.{role}")
    for column, value in line.extra.items():
        draft.put_extra(values, column, value, f"{name}.extra.{column}")


def _is_told(line: LineIn, draft: Draft) -> bool:
    """Whether a dataset without amounts tells this one by quantity and unit price."""
    return not draft.is_first and None not in {line.quantity, line.unit_price}


def _figures_stay(line: LineIn, row: Row | None, old: Invoice | None) -> bool:
    """Whether a line's figures are as they are: imported ones need not fit each other."""
    if row is None or old is None:
        return False
    same = all(getattr(line, name) == old.figure(row, name) for name in ("quantity", "unit_price"))
    return same and line.amount == old.amount(row)


def _checked_amount(line: LineIn, draft: Draft, name: str) -> Decimal | None:
    """The amount of a line: computed where it is not given, and compared where it is."""
    if line.quantity is None:
        draft.refuse(f"{name}.quantity", "Give the number of units.")
        return line.amount
    if line.unit_price is None:
        if line.amount is None:
            draft.refuse(f"{name}.unit_price", "Give the unit price, or the amount.")
        return line.amount
    exact = line.quantity * line.unit_price
    rounded = exact.quantize(Decimal(1).scaleb(-MONEY_SCALE), ROUND_HALF_UP)
    if line.amount is None:
        return rounded
    if line.amount not in {exact, rounded}:
        draft.refuse(
            f"{name}.amount",
            f"It is not quantity × unit price, which is {rounded}. Leave it out to have it"
            " computed.",
        )
    return line.amount


def patched(old: Invoice, patch: InvoiceIn) -> InvoiceIn:
    """The whole invoice that a partial one asks for."""
    given = patch.model_dump(exclude_unset=True)
    present: dict[str, Any] = old.full()
    store = {**present["store"], **(given.get("store") or {})}
    if "store" in given and given["store"] is None:
        store = {}
    whole = {**present, **given, "store": store}
    return InvoiceIn.model_validate(whole)
