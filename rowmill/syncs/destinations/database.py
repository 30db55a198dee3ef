"""Tables of PostgreSQL databases. What was applied is noted there, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import Any, Self

import psycopg
from psycopg import errors, sql

from rowmill import outbound
from rowmill.errors import RowmillError
from rowmill.mill.columns import kind_of
from rowmill.settings import Settings
from rowmill.syncs.destinations.base import (
    Answer,
    DestinationMisconfigured,
    Parcel,
    Verdict,
    without,
)
from rowmill.syncs.records import DELETE, Shape
from rowmill.syncs.targets import PostgresqlTarget

CONNECT_SECONDS = 10
STATEMENT_MILLISECONDS = 300_000
LOG_TABLE = "rowmill_syncs"
_TYPES = {
    "text": "text",
    "integer": "bigint",
    "double": "double precision",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
}


class DatabaseDestination:
    """Upserts and deletes by key, each parcel once."""

    def __init__(
        self, settings: Settings, target: PostgresqlTarget, secrets: Mapping[str, str]
    ) -> None:
        """Contacts nothing yet."""
        self._settings = settings
        self._target = target
        self._password = secrets.get("password")
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._is_ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._is_ready = None, False

    def deliver(self, parcel: Parcel) -> Answer:
        if not parcel.shape.key:
            raise DestinationMisconfigured(
                "The records have no key. Give the dataset a key and send its columns, or send a "
                "field of the column _row_id."
            )
        connection = self._connect()
        try:
            if not self._is_ready:
                self._prepare(connection, parcel.shape)
                self._is_ready = True
            with connection.transaction():
                self._apply(connection, parcel)
        except psycopg.Error as error:
            answer = self._judged(error)
            if connection.closed or answer.verdict is Verdict.LATER:
                self.close()
            return answer
        return Answer(Verdict.ACCEPTED, f"{parcel.count} records were applied.")

    def test(self) -> str:
        connection = self._connect()
        try:
            connection.execute("SELECT 1")
            found = connection.execute(
                "SELECT to_regclass(%s) IS NOT NULL, has_schema_privilege(%s, 'CREATE')",
                [self._table.as_string(connection), self._target.table_schema],
            ).fetchone()
        except psycopg.Error as error:
            raise DestinationMisconfigured(self._judged(error).message) from error
        assert found is not None
        exists, may_create = found
        name = f"{self._target.table_schema}.{self._target.table}"
        if not exists and not self._target.create_table:
            raise DestinationMisconfigured(f"There is no table {name}.")
        if not may_create:
            raise DestinationMisconfigured(
                f"The account may not make tables in the schema {self._target.table_schema}, where "
                f"Rowmill keeps {LOG_TABLE}."
            )
        state = "is there" if exists else "will be made"
        return f"The database {self._target.database} was reached. The table {name} {state}."

    @property
    def _table(self) -> sql.Identifier:
        return sql.Identifier(self._target.table_schema, self._target.table)

    @property
    def _log(self) -> sql.Identifier:
        return sql.Identifier(self._target.table_schema, LOG_TABLE)

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Raises: OutboundError, DestinationMisconfigured."""
        if self._connection is not None and not self._connection.closed:
            return self._connection
        target, failure = self._target, ""
        addresses = outbound.check_host(self._settings, target.host, target.port)
        with self._authorities() as authorities:
            for address in addresses:
                try:
                    self._connection = self._connect_to(address, authorities)
                except psycopg.OperationalError as error:
                    failure = self._plainly(error)
                else:
                    return self._connection
        raise _connect_error(f"{target.host}:{target.port}", failure)

    @contextmanager
    def _authorities(self) -> Iterator[str | None]:
        """What `sslrootcert` is to be: the driver takes certificates from files alone."""
        if self._target.tls != "verify-full":
            yield None
        elif self._target.ca_certificate is None:
            yield "system"
        else:
            with NamedTemporaryFile("w", suffix=".pem") as file:
                file.write(self._target.ca_certificate)
                file.flush()
                yield file.name

    def _connect_to(
        self, address: str, authorities: str | None
    ) -> psycopg.Connection[tuple[Any, ...]]:
        target = self._target
        return psycopg.connect(
            host=target.host,
            hostaddr=address,  # the one that was checked, whatever the name means now
            port=target.port,
            dbname=target.database,
            user=target.username,
            password=self._password,
            sslmode=target.tls,
            sslrootcert=authorities,
            connect_timeout=CONNECT_SECONDS,
            application_name="rowmill",
            autocommit=True,
            passfile="/dev/null",
            options=f"-c statement_timeout={STATEMENT_MILLISECONDS} -c timezone=UTC",
        )

    def _prepare(self, connection: psycopg.Connection[Any], shape: Shape) -> None:
        with connection.transaction():
            if self._target.create_table:
                columns = [
                    sql.SQL("{} {}").format(
                        sql.Identifier(member.name), sql.SQL(_type(member.type))
                    )
                    for member in shape.members
                ]
                key = sql.SQL("UNIQUE NULLS NOT DISTINCT ({})").format(_names(shape.key))
                connection.execute(
                    sql.SQL("CREATE TABLE IF NOT EXISTS {} ({})").format(
                        self._table, sql.SQL(", ").join([*columns, key])
                    )
                )
                for column in columns:
                    connection.execute(
                        sql.SQL("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {}").format(
                            self._table, column
                        )
                    )
            connection.execute(
                sql.SQL(
                    "CREATE TABLE IF NOT EXISTS {} (sync_id uuid PRIMARY KEY, version bigint,"
                    " last_key text NOT NULL, updated_at timestamptz NOT NULL DEFAULT now())"
                ).format(self._log)
            )

    def _apply(self, connection: psycopg.Connection[Any], parcel: Parcel) -> None:
        """Parcels come in order, so only the last one can come again."""
        last = connection.execute(
            sql.SQL("SELECT last_key FROM {} WHERE sync_id = %s FOR UPDATE").format(self._log),
            [parcel.sync_id],
        ).fetchone()
        if last is not None and last[0] == parcel.idempotency_key:
            return
        records = f"[{','.join(line.record for line in parcel.lines())}]"
        statement = self._delete if parcel.operation == DELETE else self._upsert
        connection.execute(statement(parcel.shape), [records])
        connection.execute(
            sql.SQL(
                "INSERT INTO {} AS l (sync_id, version, last_key) VALUES (%s, %s, %s)"
                " ON CONFLICT (sync_id) DO UPDATE SET last_key = excluded.last_key,"
                " version = coalesce(excluded.version, l.version), updated_at = now()"
            ).format(self._log),
            [parcel.sync_id, parcel.until, parcel.idempotency_key],
        )

    def _upsert(self, shape: Shape) -> sql.Composed:
        names = [member.name for member in shape.members]
        others = [name for name in names if name not in shape.key]
        action = sql.SQL("NOTHING")
        if others:
            assigned = sql.SQL(", ").join(
                sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in others
            )
            action = sql.SQL("UPDATE SET {}").format(assigned)  # type: ignore[assignment]
        return sql.SQL(
            "INSERT INTO {} ({}) SELECT {} FROM jsonb_to_recordset(%s::jsonb) AS r({})"
            " ON CONFLICT ({}) DO {}"
        ).format(
            self._table, _names(names), _names(names), _typed(shape), _names(shape.key), action
        )

    def _delete(self, shape: Shape) -> sql.Composed:
        match = sql.SQL(" AND ").join(
            sql.SQL("t.{0} IS NOT DISTINCT FROM r.{0}").format(sql.Identifier(name))
            for name in shape.key
        )
        return sql.SQL(
            "DELETE FROM {} AS t USING jsonb_to_recordset(%s::jsonb) AS r({}) WHERE {}"
        ).format(self._table, _typed(shape), match)

    def _judged(self, error: psycopg.Error) -> Answer:
        message = self._plainly(error)
        match error:
            case errors.InvalidColumnReference():
                message = (
                    f"The table {self._target.table} needs a unique index on the key's columns."
                )
                return Answer(Verdict.BROKEN, message, code=error.sqlstate)
            case psycopg.DataError() | psycopg.IntegrityError() | errors.CardinalityViolation():
                return Answer(Verdict.REFUSED, message, code=error.sqlstate)
            case errors.InsufficientPrivilege():
                return Answer(Verdict.BROKEN, message, code=error.sqlstate)
            case psycopg.OperationalError() | psycopg.InterfaceError():
                return Answer(Verdict.LATER, message, code=error.sqlstate)
        return Answer(Verdict.BROKEN, message, code=error.sqlstate)

    def _plainly(self, error: psycopg.Error) -> str:
        text = error.diag.message_primary or str(error).splitlines()[0]
        return without(f"The database said: {text}", iter([self._password or ""]))


def _connect_error(place: str, failure: str) -> RowmillError:
    if "refused" in failure:
        return outbound.ConnectionRefused(f"Nothing answers at {place}: look at the port.")
    if "timeout" in failure or "timed out" in failure:
        return outbound.TimedOut(f"{place} did not answer in time.")
    is_final = ("authentication", "does not exist", "pg_hba", "SSL", "certificate", "password")
    if any(word in failure for word in is_final):
        return DestinationMisconfigured(failure)
    return outbound.BrokenAnswer(failure)


def _type(column_type: str) -> str:
    return _TYPES.get(kind_of(column_type)) or column_type.replace("decimal", "numeric")


def _names(names: Any) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _typed(shape: Shape) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(member.name), sql.SQL(_type(member.type)))
        for member in shape.members
    )
