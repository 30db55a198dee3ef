"""Prints what breaks the project's own rules, and fails if anything does.

Functions: at most 80 lines, nine in ten at most 35, half at most 10. Python files: at most 500
lines. TSX files: at most 200. `.commit()` is called in `db.py` alone.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FUNCTION_CAP, FUNCTION_P90, FUNCTION_MEDIAN = 80, 35, 10
PYTHON_FILE_CAP, TSX_FILE_CAP = 500, 200


def python_files() -> Iterator[Path]:
    """The project's own Python, tests included."""
    for folder in ("rowmill", "tests", "scripts"):
        for path in (ROOT / folder).rglob("*.py"):
            if "versions" not in path.parts:  # migrations are partly generated
                yield path


def function_lengths(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of each function without its docstring, with its place."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node, clean=False) is not None and first.end_lineno:
                lines -= first.end_lineno - first.lineno + 1
            yield lines, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def commits(path: Path) -> Iterator[str]:
    """Places where something is committed elsewhere than at the boundary."""
    if path.name == "db.py" or not path.is_relative_to(ROOT / "rowmill"):
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and node.attr == "commit":
            yield f"{path.relative_to(ROOT)}:{node.lineno} commits; only `db.transaction` does"


def offences() -> Iterator[str]:
    """A sentence for each limit that is broken."""
    product: list[int] = []
    for path in python_files():
        yield from commits(path)
        count = len(path.read_text().splitlines())
        if count > PYTHON_FILE_CAP:
            yield f"{path.relative_to(ROOT)}: {count} lines, at most {PYTHON_FILE_CAP}"
        for lines, place in function_lengths(path):
            if lines > FUNCTION_CAP:
                yield f"{place}: {lines} lines, at most {FUNCTION_CAP}"
            if path.is_relative_to(ROOT / "rowmill"):
                product.append(lines)
    for path in (ROOT / "web" / "src").rglob("*.tsx"):
        count = len(path.read_text().splitlines())
        if count > TSX_FILE_CAP:
            yield f"{path.relative_to(ROOT)}: {count} lines, at most {TSX_FILE_CAP}"
    if statistics.median(product) > FUNCTION_MEDIAN:
        yield f"median function: {statistics.median(product)} lines, at most {FUNCTION_MEDIAN}"
    if statistics.quantiles(product, n=10)[-1] > FUNCTION_P90:
        yield f"90th percentile of functions: more than {FUNCTION_P90} lines"


if __name__ == "__main__":
    found = list(offences())
    print("\n".join(found) or "rules: all kept")
    sys.exit(bool(found))
