from __future__ import annotations

import csv
import io

import pytest

from rowmill.datasets.export import ExportQuery, disposition, export_name, header
from rowmill.datasets.filters import Filters
from rowmill.datasets.ordering import Order
from rowmill.mill import Column


@pytest.mark.parametrize(
    ("original", "name", "expected"),
    [
        ("Sales 2024.CSV", "x", "Sales 2024.CSV"),
        ("dir/sales.csv", "x", "sales.csv"),
        ("Sales.xlsx", "x", "Sales.csv"),
        ("sales.csv.gz", "x", "sales.csv"),
        (None, "My sales", "My sales.csv"),
    ],
)
def test_an_export_has_the_name_of_the_original(
    original: str | None, name: str, expected: str
) -> None:
    assert export_name(original, name) == expected


def test_names_in_any_script_reach_the_browser() -> None:
    assert disposition("Umsätze 2024.csv") == (
        "attachment; filename=\"Ums_tze 2024.csv\"; filename*=UTF-8''Ums%C3%A4tze%202024.csv"
    )


def test_a_name_cannot_break_out_of_its_header() -> None:
    header_value = disposition('a"; \r\nSet-Cookie: x=1; \\.csv')
    assert "\r" not in header_value
    assert "\n" not in header_value
    assert header_value.count('"') == 2


@pytest.mark.parametrize(("safe", "label"), [(True, "'=cmd"), (False, "=cmd")])
def test_labels_are_quoted_and_in_safe_mode_no_formulas(safe: bool, label: str) -> None:  # noqa: FBT001
    columns = tuple(Column(f"c{n}", text, "text") for n, text in enumerate(["=cmd", 'a,"b"\n', ""]))
    written = header(ExportQuery(columns, Filters(), Order(), safe=safe)).decode()
    assert list(csv.reader(io.StringIO(written, newline=""))) == [[label, 'a,"b"\n', "c2"]]
