"""The one place where names and text become part of SQL.

Identifiers come from file headers and people, text from files: both go through here
wherever DuckDB's syntax leaves no room for a bound value.
"""

from __future__ import annotations


def quote_identifier(name: str) -> str:
    """The name as a quoted SQL identifier; DuckDB ignores its case all the same."""
    return '"' + name.replace("\x00", "").replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """The text as a SQL string literal. A zero character cannot be written and raises."""
    if "\x00" in text:
        raise ValueError("a SQL literal cannot hold a zero character")
    return "'" + text.replace("'", "''") + "'"
