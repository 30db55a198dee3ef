"""What looking at a file has found out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rowmill.mill.evidence import Evidence
from rowmill.mill.meter import Meter
from rowmill.mill.plan import ReadOptions, ReadPlan
from rowmill.mill.request import Limits
from rowmill.mill.texts import Table


@dataclass(frozen=True)
class Look:
    """How a file is looked at: within `folder` for temporary files, as far as `most` records
    where only a sample is wanted. `is_cut` says that only the file's beginning is there.
    """

    options: ReadOptions
    limits: Limits
    folder: Path
    meter: Meter
    most: int | None = None
    is_cut: bool = False


@dataclass(frozen=True)
class Detected:
    """A plan, the texts from which it was made, and the mean size of the records in them.

    `path` is the local file that the plan is for: the unpacked one where it was packed. Files
    that are not CSV have been read into a table of texts by now.
    """

    plan: ReadPlan
    evidence: Evidence
    bytes_per_row: float = 0.0
    path: str = ""
    table: Table | None = None
