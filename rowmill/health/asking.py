"""`rowmill health`: how a running server is, asked from outside of it, in a moment."""

from __future__ import annotations

import json
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

import psycopg

from rowmill.errors import ConfigurationError
from rowmill.postgres import EmbeddedPostgres
from rowmill.settings import Settings

WAIT_SECONDS = 4
EVERY_INTERFACE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared, not bound


class NotHealthy(ConfigurationError):
    """It does not run, or cannot do its work."""

    title = "Not healthy"


def about_server(settings: Settings, url: str | None) -> str:
    """What the server says of itself. Raises: NotHealthy."""
    host = EVERY_INTERFACE.get(settings.host, settings.host)
    base = url or f"http://{host}:{settings.port}"
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"{base.rstrip('/')}/readyz", timeout=WAIT_SECONDS) as answer:
            told = json.load(answer)
    except HTTPError as error:
        raise NotHealthy(f"{base} answers {error.code}: {_detail(error)}") from error
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise NotHealthy(f"Nothing answers at {base}.") from error
    return f"{base} is ready; workers alive: {told.get('workers')}."


def _detail(error: HTTPError) -> str:
    try:
        return str(json.load(error)["detail"])
    except (ValueError, KeyError, TypeError):
        return error.reason


def about_workers(settings: Settings) -> str:
    """How many workers are alive, from the database. Raises: NotHealthy."""
    url = settings.database_url or EmbeddedPostgres(settings.data_dir / "postgres").url
    try:
        with psycopg.connect(url, connect_timeout=WAIT_SECONDS) as connection:
            row = connection.execute(
                "SELECT count(*) FROM procrastinate_workers"
                " WHERE last_heartbeat > now() - '10 s'::interval"
            ).fetchone()
    except psycopg.Error as error:
        raise NotHealthy("The database does not answer.") from error
    count = int(row[0]) if row else 0
    if count == 0:
        raise NotHealthy("No worker is alive.")
    return f"Workers alive: {count}."
