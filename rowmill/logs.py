"""Log lines for people (`console`) or for machines (`json`), each with its request's id."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.types import Processor

from rowmill.settings import Settings

QUIET = (
    "alembic",
    "uvicorn.access",
    "procrastinate",
    "httpx",
    "httpcore",
    "asyncio",
    "uvicorn.error",
)


def configure(settings: Settings) -> None:
    """Send every logger's lines to standard error, in the form the settings ask for."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor
    if settings.log_format == "json":
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer()
    else:
        # The richer tracebacks show local variables, and with them passwords and people's data.
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
