"""Stock levels kept in memory, from one version of the sales to the next.

An item's levels follow from its own openings and sales alone, so after an edit only those of the
items that were edited are computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from rowmill.datasets.cursors import fingerprint
from rowmill.lake import Lakes, Output
from rowmill.mill import quote_literal
from rowmill.retail.sources import Clauses, Sources
from rowmill.templates.builtin import PRODUCTS, SALES
from rowmill.templates.roles import Roles

MOST_ROWS: Final = 2000  # of a difference that is looked through
ITEM: Final = "item_number"


@dataclass(frozen=True)
class _Held:
    """All levels, and the versions they were computed from."""

    versions: Mapping[str, list[Any]]
    table: pa.Table


def item(name: str, roles: Roles) -> str:
    """An SQL expression: what identifies the item of a row of that source."""
    number = roles.text("item_number")
    return f"coalesce({number}, {roles.text('barcode')})" if name == PRODUCTS.name else number


def levels(
    lakes: Lakes,
    found: Sources,
    needs: Mapping[str, Sequence[str]],
    statement: Callable[[Clauses], str],
) -> pa.Table:
    """All levels at these versions, one column of which is ITEM.

    Args: `needs` names the columns wanted of each source; `statement` computes levels from their
    FROM clauses.
    """
    versions = found.versions()
    exact = ("stock", found.workspace_id, fingerprint(versions))
    latest = ("stock-latest", found.workspace_id)
    known: _Held | None = lakes.results.get(exact)
    if known is not None:
        return known.table
    earlier: _Held | None = lakes.results.get(latest)
    table = _derived(lakes, found, needs, statement, earlier) if earlier else None
    if table is None:
        table = found.table(lakes, needs, statement)
    held = _Held(versions, table)
    for key in (exact, latest):
        lakes.results.put(key, held, weight=table.nbytes + 500)
    return table


def _derived(
    lakes: Lakes,
    found: Sources,
    needs: Mapping[str, Sequence[str]],
    statement: Callable[[Clauses], str],
    earlier: _Held,
) -> pa.Table | None:
    """The levels where nothing but a few sales differs from the earlier ones, else null."""
    items = _changed_items(lakes, found, earlier)
    if items is None:
        return None
    if not items:
        return earlier.table
    wanted = f"IN ({', '.join(map(quote_literal, items))})"

    def of_items(clauses: Clauses) -> str:
        narrowed = {
            name: f"(SELECT * FROM {clause} WHERE {item(name, found.roles(name))} {wanted})"
            for name, clause in clauses.items()
        }
        return statement(narrowed)

    changed = found.table(lakes, needs, of_items)
    if changed.schema != earlier.table.schema:
        return None
    is_same = pc.invert(pc.is_in(earlier.table[ITEM], value_set=pa.array(items, pa.string())))
    return pa.concat_tables([earlier.table.filter(is_same), changed])


def _changed_items(lakes: Lakes, found: Sources, earlier: _Held) -> list[str] | None:
    """The items of all sales that differ; null where that cannot be told, or others differ."""
    sales = found.sales
    now, then = dict(found.versions()), dict(earlier.versions)
    mine, before = now.pop(SALES.name, None), then.pop(SALES.name, None)
    if sales is None or mine is None or before is None or now != then:
        return None
    (dataset_id, until, roles), (other_id, since, other_roles) = mine, before
    if (dataset_id, roles) != (other_id, other_roles):
        return None
    number = Output(sales.roles.names("item_number"), item(SALES.name, sales.roles))
    with lakes.reader(found.workspace_id) as reader:
        items = reader.changed_values(
            sales.reading.table_name, since, until, number, most=MOST_ROWS
        )
    return None if items is None else sorted(items - {None})
