"""Everything that can make a file unreadable, each with what was wrong and how to mend it.

`extra` may hold `line` (physical, 1-based), `column` (label), and `hint`.
"""

from __future__ import annotations

from typing import Any, Final

from rowmill.errors import Conflict, Invalid, RowmillError, ServiceUnavailable


class ImportFailed(Invalid):
    """The file could not be imported."""


class EmptyFile(ImportFailed):
    """The file is empty: it holds no records and no header."""

    status = 400


class NotText(ImportFailed):
    """The file is of a kind that holds no table."""


class EncryptedFile(ImportFailed):
    """The file is protected by a password."""


class DamagedFile(ImportFailed):
    """The file is cut short or damaged."""


class BeginningOnly(ImportFailed):
    """A file of this kind can be recognised only as a whole, and this is its beginning."""


class ExpandsTooMuch(ImportFailed):
    """The compressed file holds more than is allowed."""


class MemberUndecided(ImportFailed):
    """The archive holds several files, and none was chosen."""


class RecordsUndecided(ImportFailed):
    """The document holds several lists of records, and none was chosen."""


class UnreadableFile(ImportFailed):
    """The file cannot be read as a table."""


class UnknownEncoding(ImportFailed):
    """The encoding of the text is not known, or not the one that was named."""


class BadOption(ImportFailed):
    """A reading option does not make sense for this file."""


class TooManyColumns(ImportFailed):
    """The file has more columns than are allowed."""


class TooManyRejects(ImportFailed):
    """So many records do not fit that the import was stopped."""


class AmbiguousDates(ImportFailed):
    """Every date of a column could be day first or month first."""


class AmbiguousNumbers(ImportFailed):
    """The comma in the numbers of a column could mark thousands or decimals."""


class KeyColumnMissing(ImportFailed):
    """A key column is not among the columns of the file."""


class UnexpectedColumns(ImportFailed):
    """The file has columns that the dataset has not, and the dataset is frozen."""


class DeclaredColumnMissing(ImportFailed):
    """The file lacks a column that the dataset's template requires."""


class NoColumnMatches(ImportFailed):
    """None of the file's columns is a column of the dataset."""


class ParseCancelled(Conflict):
    """The import was cancelled."""


class ParseTimedOut(ImportFailed):
    """Reading the file took longer than allowed."""


class OutOfMemory(ImportFailed):
    """Reading the file needed more memory than allowed."""


class StorageFull(ServiceUnavailable):
    """There is no space left for the parsed data."""

    status = 507


class ParserDied(ServiceUnavailable):
    """The parser process ended unexpectedly."""


class ReceiptMismatch(RowmillError):
    """The records found in the file and the records accounted for differ."""


_ALL: Final[tuple[type[RowmillError], ...]] = (
    EmptyFile,
    NotText,
    EncryptedFile,
    DamagedFile,
    BeginningOnly,
    ExpandsTooMuch,
    MemberUndecided,
    RecordsUndecided,
    UnreadableFile,
    UnknownEncoding,
    BadOption,
    TooManyColumns,
    TooManyRejects,
    AmbiguousDates,
    AmbiguousNumbers,
    KeyColumnMissing,
    UnexpectedColumns,
    DeclaredColumnMissing,
    NoColumnMatches,
    ParseCancelled,
    ParseTimedOut,
    OutOfMemory,
    StorageFull,
    ParserDied,
    ReceiptMismatch,
)
_BY_CODE: Final = {error.code: error for error in _ALL}


def to_message(error: RowmillError) -> dict[str, Any]:
    """The error as plain JSON values, for the way out of the child process."""
    return {"code": error.code, "detail": error.detail, "extra": error.extra}


def from_message(message: dict[str, Any]) -> RowmillError:
    """The error that `to_message` described."""
    return _BY_CODE.get(message["code"], ParserDied)(message["detail"], **message["extra"])
