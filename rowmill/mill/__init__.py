"""The pure import core: a file in; typed Parquet, rejects and a balanced account out.

`make_plan` looks at a file and says how it will be read; `run_parse` reads it, in a child
process of its own, with bounded memory. Nothing here knows the web, the database or jobs.
"""

from rowmill.mill.columns import Column, sql_type
from rowmill.mill.naming import column_names
from rowmill.mill.plan import PlanColumn, ReadOptions, ReadPlan
from rowmill.mill.quoting import quote_identifier, quote_literal
from rowmill.mill.request import (
    Counts,
    Drift,
    Limits,
    ParseRequest,
    ParseResult,
    Progress,
    StagedFile,
)

__all__ = [
    "Column",
    "Counts",
    "Drift",
    "Limits",
    "ParseRequest",
    "ParseResult",
    "PlanColumn",
    "Progress",
    "ReadOptions",
    "ReadPlan",
    "StagedFile",
    "column_names",
    "quote_identifier",
    "quote_literal",
    "sql_type",
]
