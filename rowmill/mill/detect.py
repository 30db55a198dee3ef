"""Looking at a file without importing it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from rowmill.mill.meter import Meter
from rowmill.mill.opening import detect
from rowmill.mill.plan import ReadOptions, ReadPlan
from rowmill.mill.request import Limits


def make_plan(
    source: str, *, options: ReadOptions | None = None, limits: Limits | None = None
) -> ReadPlan:
    """How the local file at this path would be read, by a bounded sample of it.

    Raises:
        EmptyFile, NotText, UnreadableFile, UnknownEncoding, TooManyColumns, BadOption, and
        what else may be wrong with a file that is packed, a workbook or JSON.
    """
    limits = limits or Limits()
    meter = Meter(Path(source).stat().st_size)
    with tempfile.TemporaryDirectory(dir=limits.temp_directory) as folder:
        found = detect(
            source, options or ReadOptions(), limits, Path(folder), meter, is_sample=True
        )
    return found.plan
