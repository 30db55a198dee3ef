"""`python -m tests.benchmarks --rows 5000000`: measure everything, write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import importing, reading, retail
from tests.benchmarks.measuring import Result
from tests.benchmarks.report import write_report
from tests.factories.sales import write_sales
from tests.programs import Program

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Run the benchmarks in order; later ones read what the first one imported."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000, help="records of the sales file")
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rowmill-bench-") as folder:
        results, size = run(Path(folder), options.rows)
    if not options.no_report:
        write_report(ROOT / "docs" / "benchmarks.md", results, rows=options.rows, size_bytes=size)


def run(folder: Path, rows: int) -> tuple[list[Result], int]:
    """Every result, and the size of the sales file in bytes."""
    print(f"Writing {rows:,} records …", flush=True)
    csv = write_sales(folder / "sales.csv", rows)
    os.sync()  # what is still to be written of it is nobody's work but ours
    results: list[Result] = []

    def add(measure: Callable[[], list[Result]]) -> None:
        for result in measure():
            ratio = (
                "" if result.ratio is None else f" = {result.ratio:.2f} × {result.reference_name}"
            )
            print(f"{result.what}: {result.value:.3f}{ratio}  {result.note}", flush=True)
            results.append(result)

    with Program(folder / "data") as program:
        parquet = folder / "bare.parquet"
        add(lambda: importing.whole_import(program, csv, parquet, folder))
        add(lambda: importing.upsert(program, folder, rows))
        add(lambda: reading.pages(program, rows))
        add(lambda: reading.aggregates(program, parquet))
        add(lambda: retail.dashboard(program, parquet))
        add(lambda: retail.invoices(program))
        add(lambda: retail.edits(program))
        add(lambda: importing.restart(program))
    return results, csv.stat().st_size


if __name__ == "__main__":
    main()
