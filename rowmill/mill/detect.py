"""Looking at a file without importing it."""

from __future__ import annotations

from rowmill.mill.formats import csv
from rowmill.mill.plan import ReadOptions, ReadPlan
from rowmill.mill.request import Limits


def make_plan(
    source: str, *, options: ReadOptions | None = None, limits: Limits | None = None
) -> ReadPlan:
    """How the local file at this path would be read, by a bounded sample of it.

    Raises:
        EmptyFile, NotText, UnreadableFile, UnknownEncoding, TooManyColumns, BadOption.
    """
    return csv.detect(source, options or ReadOptions(), limits or Limits()).plan
