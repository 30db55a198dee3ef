"""Pages of sales and products, in the order in which they came."""

from __future__ import annotations

from rowmill.lake import Lakes, Output, Search
from rowmill.retail import filtering, objects
from rowmill.retail.filtering import Parameters, Selection
from rowmill.retail.pages import Page, Request
from rowmill.retail.sources import Source, Sources

BEFORE_FIRST = -1


def sales(
    lakes: Lakes,
    found: Sources,
    wanted: Request,
    behind: list[str | None] | None,
    parameters: Parameters,
) -> Page:
    """A page of sales. Raises: Invalid."""
    if found.sales is None:
        return Page([], None)
    chosen = filtering.of_sales(lakes, found, found.sales, parameters)
    source, output = found.sales, objects.sale_output(found.sales)
    return _page(lakes, found, wanted, behind, source=source, output=output, chosen=chosen)


def products(
    lakes: Lakes,
    found: Sources,
    wanted: Request,
    behind: list[str | None] | None,
    parameters: Parameters,
) -> Page:
    """A page of products. Raises: Invalid."""
    source = found.products
    if source is None:
        return Page([], None)
    chosen = filtering.of_products(source, parameters)
    output = objects.product_output(source)
    return _page(lakes, found, wanted, behind, source=source, output=output, chosen=chosen)


def _page(
    lakes: Lakes,
    found: Sources,
    wanted: Request,
    behind: list[str | None] | None,
    *,
    source: Source,
    output: Output,
    chosen: Selection,
) -> Page:
    after = int(behind[0]) if behind and behind[0] is not None else BEFORE_FIRST
    table, version, most = source.reading.table_name, source.version, wanted.limit + 1
    with lakes.reader(found.workspace_id) as reader:
        if chosen:
            search = Search(
                columns=chosen.columns,
                condition=f"({chosen.sql}) AND _row_id > {after}",
                parameters=chosen.parameters,
                order="_row_id",
                keys=[],
                limit=most,
            )
            rows = reader.search(table, version, search, output)
        else:
            rows = reader.rows_in_order(table, version, output, after=after, limit=most)
    return wanted.page(found, [(row[1], row[0]) for row in rows])
