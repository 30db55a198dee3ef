"""Invoices as clients send them, and sales datasets for tests."""

from __future__ import annotations

from typing import Any

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Dataset
from rowmill.templates import service as templates
from rowmill.templates.builtin import BUILT_IN
from tests.factories.accounts import Account
from tests.factories.datasets import Sheet, make_dataset

IOWA = """
    SELECT 'INV-' || lpad(i::VARCHAR, 5, '0') AS number,
    DATE '2024-01-01' + (i % 60)::INTEGER AS date,
    (2000 + i % 4)::VARCHAR AS store_number, 'Store ' || i % 4 AS store_name,
    ['Ames', 'Des Moines'][1 + i % 2] AS city, '0' || (5000 + i % 3) AS zip,
    ['POLK', 'STORY', 'LINN'][1 + i % 3] AS county, '0' || (i % 3) AS county_number,
    'POINT (-' || (90 + i % 4) || '.5 41.' || (i % 4) || ')' AS store_location,
    (100 + i % 5)::VARCHAR AS category, ['RUM', 'VODKA'][1 + i % 2] AS category_name,
    (i % 7)::VARCHAR AS vendor_number, 'Vendor ' || i % 7 AS vendor_name,
    (i % 10)::VARCHAR AS item_number, 'Item ' || i % 10 AS item_name,
    (5 + i % 10)::DECIMAL(18,2) AS unit_cost, (7.5 + i % 10)::DECIMAL(18,2) AS unit_price,
    (1 + i % 6)::BIGINT AS quantity, ((7.5 + i % 10) * (1 + i % 6))::DECIMAL(18,2) AS amount,
    'kept ' || i AS note
    FROM range({rows}) AS r(i)
"""
"""Sales of one line each, in the columns of the template and one more."""

CLASSIC = """
    SELECT (10100 + i // 4)::BIGINT AS ordernumber, (1 + i % 4)::BIGINT AS orderlinenumber,
    (20 + i % 30)::BIGINT AS quantityordered, 100.00::DECIMAL(18,2) AS priceeach,
    (1000 + i)::DECIMAL(18,2) AS sales,
    (DATE '2003-01-06' + (i // 4)::INTEGER)::TIMESTAMP AS orderdate,
    'Customer ' || (i // 4) % 25 AS customername, ['USA', 'France'][1 + (i // 4) % 2] AS country,
    'S10_' || i % 9 AS productcode, 'Shipped' AS status
    FROM range({rows}) AS r(i)
"""
"""Orders of four lines each, under headers of their own."""

TILL = """
    SELECT 'P' || i % 3 AS product_id, DATE '2024-03-01' + (i % 5)::INTEGER AS sale_date,
    (1 + i % 4)::BIGINT AS quantity, (2.25 + i % 3)::DECIMAL(18,2) AS price
    FROM range({rows}) AS r(i)
"""
"""The daily files of a till, which number nothing."""


def make_sales(context: Context, account: Account, query: str) -> Sheet:
    """The account's sales dataset with the rows of a query, its roles found by their headers."""
    return make_template_dataset(context, account, "sales", query)


def make_template_dataset(context: Context, account: Account, template: str, query: str) -> Sheet:
    """The account's dataset of a built-in template."""
    sheet = make_dataset(context, account.workspace_id, query, f"{template}.csv")
    with transaction(context.engine) as session:
        dataset = session.get_one(Dataset, sheet.dataset.id)
        templates.adopt(session, dataset, BUILT_IN[template], None, actor_id=account.id)
    sheet.dataset = dataset
    return sheet


def invoice(number: str = "A-1", **changed: Any) -> dict[str, Any]:
    """The body of a valid new invoice."""
    return {
        "number": number,
        "date": "2026-01-31",
        "store": {"number": "77", "name": "Corner Shop", "city": "Ames"},
        "customer": "Ada Ltd",
        "lines": [
            {"item_number": "1", "item_name": "Tea", "quantity": 3, "unit_price": "2.50",
             "unit_cost": "1.25"},
            {"item_number": "2", "item_name": "Cake", "quantity": "2", "unit_price": "3.00",
             "amount": "6.00"},
        ],
        **changed,
    }  # fmt: skip
