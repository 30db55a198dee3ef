"""Whether the sealed secrets in a database can be opened with the key that is at hand."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

from rowmill.encryption import KEY_FILE, encryption_of
from rowmill.settings import Settings

COLUMN = "secrets"


@dataclass(frozen=True)
class Sealed:
    """How many rows hold sealed secrets, by table, and how many of these need what key.

    Attributes:
        unreadable: rows whose key is not at hand.
        older: rows that one of the older keys opens.
    """

    count: int
    unreadable: dict[str, int]
    older: int

    @property
    def complaint(self) -> str:
        """What cannot be opened and how to mend that; empty where all can."""
        if not self.unreadable:
            return ""
        what = ", ".join(f"{count} {table}" for table, count in sorted(self.unreadable.items()))
        return (
            f"The secrets of {what} were sealed by a key that is not here. Copy {KEY_FILE} of the "
            "old data folder into this one, or set ROWMILL_ENCRYPTION_KEY to what it was; "
            "otherwise enter these secrets again."
        )


def examine(settings: Settings, url: str) -> Sealed:
    """Look at every sealed secret's key, without opening any."""
    encryption = encryption_of(settings)
    count, older, unreadable = 0, 0, dict[str, int]()
    with psycopg.connect(url, application_name="rowmill") as connection:
        for table in _tables(connection):
            for sealed in _secrets(connection, table):
                count += 1
                if not encryption.has_key(sealed):
                    unreadable[table] = unreadable.get(table, 0) + 1
                elif not encryption.is_current(sealed):
                    older += 1
    return Sealed(count, unreadable, older)


def _tables(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """The tables that keep sealed secrets, in whichever version the database is."""
    rows = connection.execute(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = %s ORDER BY 1",
        [COLUMN],
    )
    return [str(row[0]) for row in rows]


def _secrets(connection: psycopg.Connection[tuple[object, ...]], table: str) -> list[str]:
    wanted = sql.SQL("SELECT secrets FROM public.{} WHERE secrets IS NOT NULL")
    return [str(row[0]) for row in connection.execute(wanted.format(sql.Identifier(table)))]
