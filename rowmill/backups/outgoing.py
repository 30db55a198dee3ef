"""Feeds, syncs and webhooks after a restore: they rest until somebody lets them go on.

The restored data may be a copy beside an installation that still runs. Both would send to the same
destinations, and move or delete files on the same servers.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

TABLES = ("feeds", "syncs", "webhooks")

PAUSE = """
DO $$
BEGIN
  IF to_regclass('public.feeds') IS NULL THEN
    RETURN;  -- the backup is of a version that had none of these
  END IF;
  UPDATE public.jobs SET status = 'cancelled', finished_at = now()
    WHERE kind IN ('feeds.run', 'syncs.run') AND status IN ('pending', 'running');
  UPDATE public.feeds SET paused = true WHERE NOT paused;
  IF to_regclass('public.syncs') IS NOT NULL THEN
    UPDATE public.syncs SET paused = true, retry_at = NULL;
    UPDATE public.sync_runs SET outcome = 'stopped', finished_at = now() WHERE outcome IS NULL;
  END IF;
  IF to_regclass('public.webhooks') IS NOT NULL THEN
    UPDATE public.webhooks SET paused = true, pause_reason = 'user' WHERE NOT paused;
  END IF;
END $$;
"""
"""Statements that pause all of them, and end the runs that were under way."""


def told(url: str) -> str:
    """A sentence about those that are paused; empty where none is."""
    with psycopg.connect(url, application_name="rowmill") as connection:
        counts = {table: _paused(connection, table) for table in TABLES}
    paused = ", ".join(f"{count} {table}" for table, count in counts.items() if count)
    if not paused:
        return ""
    return (
        f"Paused: {paused}. Resume them in the web app, once nobody else does their work; or "
        "restore with --resume, and they go on by themselves."
    )


def _paused(connection: psycopg.Connection[tuple[object, ...]], table: str) -> int:
    exists = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{table}"])
    if not exists.fetchall()[0][0]:
        return 0
    wanted = sql.SQL("SELECT count(*) FROM public.{} WHERE paused").format(sql.Identifier(table))
    return int(str(connection.execute(wanted).fetchall()[0][0]))
