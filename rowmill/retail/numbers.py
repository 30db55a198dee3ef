"""Invoice numbers of sales: whether each row has its own, and which ones a change concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rowmill.datasets.filters import Condition
from rowmill.datasets.service import Reading
from rowmill.lake import Lakes, Output, Reader
from rowmill.mill import sql_type
from rowmill.templates.roles import Roles

MOST_ROWS: Final = 2000  # of a difference that is looked through
ENTRY_BYTES: Final = 200
EVERY_ROW: Final = Condition("true")


@dataclass(frozen=True)
class Affected:
    """The numbers, as texts, of all rows that differ between two versions.

    `has_unnumbered` says that rows without a number are among them.
    """

    numbers: tuple[str, ...]
    has_unnumbered: bool

    def condition(self, roles: Roles) -> Condition:
        """Holds for every row of these numbers, changed or not."""
        name, number = roles.name("number"), sql_type(roles.columns["number"].type)
        ways = [f"{name} IS NULL"] if self.has_unnumbered else []
        if self.numbers:
            marks = ", ".join([f"CAST(? AS {number})"] * len(self.numbers))
            ways.append(f"{name} IN ({marks})")
        return Condition(f"({' OR '.join(ways) or 'false'})", self.numbers)


def affected(
    lakes: Lakes, reader: Reader, reading: Reading, roles: Roles, since: int
) -> Affected | None:
    """What differs between version `since` and the one that is read.

    Null where that is too much to be looked through, or rows have no numbers at all.
    """
    if not roles.has("number") or reading.version is None or since > reading.version:
        return None
    key = ("affected", reading.dataset_id, since, reading.version)
    known: Affected | None = lakes.results.get(key)
    if known is None:
        known = _affected(reader, reading, roles, since)
        if known is not None:
            lakes.results.put(key, known, weight=ENTRY_BYTES + 40 * len(known.numbers))
    return known


def _affected(reader: Reader, reading: Reading, roles: Roles, since: int) -> Affected | None:
    assert reading.version is not None
    number = Output(roles.names("number"), f"CAST({roles.name('number')} AS VARCHAR)")
    numbers = reader.changed_values(
        reading.table_name, since, reading.version, number, most=MOST_ROWS
    )
    if numbers is None:
        return None
    return Affected(tuple(sorted(numbers - {None})), None in numbers)


def are_unique(lakes: Lakes, reader: Reader, reading: Reading, roles: Roles) -> bool:
    """Whether every row has a number of its own, so that invoices are rows.

    False may also mean that it would take long to find out again after a change.
    """
    if not roles.has("number") or reading.version is None:
        return False
    key = ("unique", reading.dataset_id, roles.columns["number"].name)
    known: tuple[int, bool] | None = lakes.results.get(key)
    if known is not None and known[0] == reading.version:
        return known[1]
    answer = None
    if known is not None:
        since, were_unique = known
        changed = affected(lakes, reader, reading, roles, since)
        if changed is not None:
            answer = were_unique and _look(reader, reading, roles, changed.condition(roles))
    if answer is None:
        answer = _look(reader, reading, roles, EVERY_ROW)
    if known is None or known[0] < reading.version:
        lakes.results.put(key, (reading.version, answer), weight=ENTRY_BYTES)
    return answer


def _look(reader: Reader, reading: Reading, roles: Roles, condition: Condition) -> bool:
    """Whether the rows for which a condition holds have a number of their own each."""
    assert reading.version is not None
    name = roles.name("number")
    [(answer,)] = reader.select(
        reading.table_name,
        reading.version,
        roles.names("number"),
        # Different hashes are different numbers; equal ones only cost the slower way.
        lambda source: (
            f"SELECT count(DISTINCT hash({name})) = count(*) AND count({name}) = count(*)"
            f" FROM {source} WHERE {condition.sql}"
        ),
        condition.parameters,
    )
    return bool(answer)
