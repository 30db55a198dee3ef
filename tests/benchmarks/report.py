"""The results as a page of the documentation."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tests.benchmarks.measuring import Result

HEAD = """# Benchmarks

Measured by `make bench` (`make bench ROWS=500000` for a smaller file), which rewrites this page.
Seconds depend on the machine and on what else it does; the ratios count. Each is taken against a
reference that runs in the same minutes, on the same file.

Last run: {rows:,} records of 24 columns ({size:.2f} GB of CSV) on {cores} cores
({machine}), Python {python}, DuckDB {duckdb}.

| what | measured | against | ratio | budget |
|---|---|---|---|---|
"""


def write_report(path: Path, results: Sequence[Result], *, rows: int, size_bytes: int) -> None:
    """Replace the page."""
    head = HEAD.format(
        rows=rows,
        size=size_bytes / 1e9,
        cores=os.cpu_count(),
        machine=platform.machine(),
        python=platform.python_version(),
        duckdb=duckdb.__version__,
    )
    path.write_text(head + "".join(map(_line, results)))


def _line(result: Result) -> str:
    reference, ratio = "", ""
    if result.ratio is not None and result.reference is not None:
        reference = f"{result.reference_name}, {_quantity(result.reference, result.unit)}"
        ratio = f"{result.ratio:.2f}"
    measured = _quantity(result.value, result.unit) + (f" ({result.note})" if result.note else "")
    return f"| {result.what} | {measured} | {reference} | {ratio} | {result.budget} |\n"


def _quantity(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"
    return f"{value:.0f} {unit}"
