"""The pure import core: a file in; typed Parquet, rejects and a balanced account out.

`make_plan` looks at a file and says how it will be read; `run_parse` reads it, in a child
process of its own, with bounded memory. Nothing here knows the web, the database or jobs.
"""

from rowmill.mill.columns import Column, sql_type
from rowmill.mill.declared import Convention, Declared
from rowmill.mill.detect import make_plan
from rowmill.mill.errors import (
    BeginningOnly,
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    ExpandsTooMuch,
    ImportFailed,
    KeyColumnMissing,
    MemberUndecided,
    NotText,
    OutOfMemory,
    ParseCancelled,
    ParserDied,
    ParseTimedOut,
    RecordsUndecided,
    TooManyColumns,
    TooManyRejects,
    UnknownEncoding,
    UnreadableFile,
)
from rowmill.mill.looking import LookRequest, Seen
from rowmill.mill.naming import column_names
from rowmill.mill.plan import FORMATS, PlanColumn, ReadOptions, ReadPlan
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
from rowmill.mill.runner import parser_at_hand, run_look, run_parse

__all__ = [
    "FORMATS",
    "BeginningOnly",
    "Column",
    "Convention",
    "Counts",
    "DamagedFile",
    "Declared",
    "Drift",
    "EmptyFile",
    "EncryptedFile",
    "ExpandsTooMuch",
    "ImportFailed",
    "KeyColumnMissing",
    "Limits",
    "LookRequest",
    "MemberUndecided",
    "NotText",
    "OutOfMemory",
    "ParseCancelled",
    "ParseRequest",
    "ParseResult",
    "ParseTimedOut",
    "ParserDied",
    "PlanColumn",
    "Progress",
    "ReadOptions",
    "ReadPlan",
    "RecordsUndecided",
    "Seen",
    "StagedFile",
    "TooManyColumns",
    "TooManyRejects",
    "UnknownEncoding",
    "UnreadableFile",
    "column_names",
    "make_plan",
    "parser_at_hand",
    "quote_identifier",
    "quote_literal",
    "run_look",
    "run_parse",
    "sql_type",
]
