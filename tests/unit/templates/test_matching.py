from __future__ import annotations

from typing import Any

import pytest

from rowmill.mill import Declared
from rowmill.mill.declared import positions_of
from rowmill.templates.builtin import BUILT_IN, PRODUCTS, SALES, STOCK
from rowmill.templates.declared import Template, template_of
from rowmill.templates.matching import best, match
from tests.factories import layouts

IOWA_ROLES = {column.role for column in SALES.columns} - {"line", "country", "customer"}


@pytest.mark.parametrize(
    ("header", "template", "roles"),
    [
        (layouts.IOWA, SALES, IOWA_ROLES),
        (layouts.IOWA_OLD, SALES, IOWA_ROLES),
        (layouts.IOWA_FIELDS, SALES, IOWA_ROLES),
        (
            layouts.CLASSIC,
            SALES,
            {
                "number", "line", "date", "address", "city", "zip", "country", "customer",
                "category_name", "item_number", "unit_price", "quantity", "amount",
            },
        ),
        (layouts.TILL, SALES, {"item_number", "date", "quantity", "unit_price"}),
        (layouts.PRODUCT_INFO, PRODUCTS, {"item_number", "item_name", "category"}),
        (
            layouts.PRODUCTS,
            PRODUCTS,
            {"item_name", "price", "quantity", "updated", "barcode"},
        ),
        (layouts.STOCK, STOCK, {"item_number", "store_number", "quantity", "date", "minimum"}),
    ],
    ids=["iowa", "iowa-old", "iowa-fields", "classic", "till", "info", "products", "stock"],
)  # fmt: skip
def test_every_known_layout_is_recognised_with_all_its_roles(
    header: str, template: Template, roles: set[str]
) -> None:
    found = best(BUILT_IN.values(), header.split(","))

    assert found is not None
    assert found.template is template
    assert set(found.roles) == roles


def test_columns_of_the_classic_layout_are_not_confused() -> None:
    found = match(SALES, layouts.CLASSIC.split(","))

    assert found.roles["amount"] == "SALES"
    assert found.roles["unit_price"] == "PRICEEACH"
    assert found.roles["item_number"] == "PRODUCTCODE"
    assert found.roles["category_name"] == "PRODUCTLINE"
    assert {"MSRP", "STATUS", "PHONE", "ADDRESSLINE2"} <= set(found.extra)


@pytest.mark.parametrize("header", ["a,b,c", "name,email", "id,date,comment", "quantity,price"])
def test_other_files_look_like_nothing(header: str) -> None:
    assert best(BUILT_IN.values(), header.split(",")) is None


@pytest.mark.parametrize("template", BUILT_IN.values(), ids=BUILT_IN)
def test_no_header_belongs_to_two_columns_of_a_template(template: Template) -> None:
    for column in template.declared({}):
        for spelling in (column.name, column.label, *column.aliases):
            found = positions_of([spelling], template.declared({}))
            assert found == {column.name: 0}, spelling


def test_a_column_counts_by_its_own_name_before_the_alias_of_another() -> None:
    columns = [Declared("total", "Total", "decimal", ("amount",)), Declared("amount", "A", "text")]

    assert positions_of(["Amount"], columns) == {"amount": 0}
    assert positions_of(["Amount", "TOTAL"], columns) == {"amount": 0, "total": 1}


def test_of_two_headers_for_one_column_the_better_known_counts() -> None:
    found = match(SALES, ["price", "Unit Price", "date", "quantity"])

    assert found.roles["unit_price"] == "Unit Price"
    assert found.extra == ("price",)


def test_columns_of_adopted_datasets_keep_their_names_and_gain_aliases() -> None:
    declared = SALES.declared({"amount": "sale_dollars"})

    assert positions_of(["SALES", "sale_date"], declared) == {"sale_dollars": 0, "date": 1}
    assert SALES.keys_in({"number": "invoice"})[-1] == ("invoice",)


def test_a_declared_column_without_a_role_plays_the_one_of_its_name() -> None:
    column: dict[str, Any] = {
        "name": "rma",
        "label": "RMA",
        "type": "identifier",
        "aliases": [],
        "role": None,
        "required": True,
    }
    template = template_of("returns", "Returns", [column], ["rma"])

    assert template.columns[0].role == "rma"
    assert template.mode == "upsert"
    found = match(template, ["R M A"])
    assert found.is_likely
    assert not match(template, ["else"]).is_likely
