"""Figures for Prometheus: those of the server processes, and what the database says of the rest."""

from __future__ import annotations

import hmac
import os
import threading
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address

from fastapi import Request
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from rowmill import __version__, jobs
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.lake.usage import stored_bytes
from rowmill.models import Dataset, File, Import, Job, JobStatus, User, Workspace, now
from rowmill.settings import Settings

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS_KEPT = 10
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")

_lock = threading.Lock()
_kept: dict[str, tuple[float, list[Metric]]] = {}


def may_read(request: Request, settings: Settings, token: str | None) -> bool:
    """Whether the request may see the figures: with the token, or from this very machine.

    A proxy on this machine speaks for others, so what it passes on does not count as local.
    """
    wanted = settings.metrics_token
    if wanted is not None:
        return hmac.compare_digest((token or "").encode(), wanted.get_secret_value().encode())
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def exposition(context: Context) -> bytes:
    """All figures in Prometheus' text form."""
    return generate_latest(_process_registry()) + generate_latest(_database_registry(context))


def _process_registry() -> CollectorRegistry:
    """The figures of the server processes, all of them together where there are several."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _database_registry(context: Context) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Kept(_once_in_a_while(context)))
    return registry


class _Kept(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _once_in_a_while(context: Context) -> list[Metric]:
    """What the database says, asked at most every few seconds."""
    with _lock:
        asked_at, metrics = _kept.get(context.database_url, (0.0, []))
        if time.monotonic() - asked_at > SECONDS_KEPT or not metrics:
            with transaction(context.engine) as session:
                metrics = [metric for part in PARTS for metric in part(session)]
            _kept.clear()
            _kept[context.database_url] = (time.monotonic(), metrics)
        return metrics


def _about(session: Session) -> Iterable[Metric]:
    info = GaugeMetricFamily("rowmill_info", "The version that runs.", labels=["version"])
    info.add_metric([__version__], 1)
    yield info
    yield GaugeMetricFamily(
        "rowmill_workers_alive",
        "Worker processes that are alive.",
        value=jobs.workers_alive(session),
    )


def _queue(session: Session) -> Iterable[Metric]:
    by_status = GaugeMetricFamily(
        "rowmill_jobs", "Jobs on record, by kind and status.", labels=["kind", "status"]
    )
    counted = select(Job.kind, Job.status, func.count()).group_by(Job.kind, Job.status)
    for kind, status, count in session.execute(counted):
        by_status.add_metric([kind, status], count)
    yield by_status
    pending = select(func.count(), func.min(Job.created_at)).where(Job.status == JobStatus.PENDING)
    depth, oldest = session.execute(pending).one()
    age = (now() - oldest).total_seconds() if depth else 0
    yield GaugeMetricFamily("rowmill_queue_depth", "Jobs that wait for a worker.", value=depth)
    yield GaugeMetricFamily(
        "rowmill_queue_oldest_seconds", "How long the oldest of them waits.", value=max(0, age)
    )


def _imports(session: Session) -> Iterable[Metric]:
    rows = CounterMetricFamily(
        "rowmill_import_rows",
        "Records that imports read, by what came of them.",
        labels=["outcome"],
    )
    outcomes = ("loaded", "rejected", "deduplicated", "skipped")
    sums = [func.sum(Import.receipt[name].as_integer()) for name in outcomes]
    counted = select(func.coalesce(func.sum(File.size_bytes), 0), *sums).select_from(Import)
    size_bytes, *totals = session.execute(
        counted.join(Import.file).where(Import.receipt.is_not(None))
    ).one()
    for name, total in zip(outcomes, totals, strict=True):
        rows.add_metric([name], total or 0)
    yield rows
    yield CounterMetricFamily(
        "rowmill_import_bytes", "Bytes of the files of finished imports.", value=int(size_bytes)
    )


def _holdings(session: Session) -> Iterable[Metric]:
    alive = Dataset.deleted_at.is_(None)
    datasets, rows, size_bytes = session.execute(
        select(func.count(), func.sum(Dataset.row_count), func.sum(Dataset.size_bytes)).where(alive)
    ).one()
    ids = session.scalars(select(Workspace.id)).all()
    originals = (
        select(File.workspace_id, File.sha256, File.size_bytes)
        .where(File.removed_at.is_(None))
        .distinct()
        .subquery()
    )
    gauges = {
        "rowmill_users": ("Accounts.", session.scalar(select(func.count(User.id)))),
        "rowmill_workspaces": ("Workspaces.", len(ids)),
        "rowmill_datasets": ("Datasets.", datasets),
        "rowmill_dataset_rows": ("Rows of all datasets as they are now.", rows),
        "rowmill_dataset_bytes": ("Bytes of all datasets as they are now.", size_bytes),
        "rowmill_lake_bytes": (
            "Bytes of table data, over all versions that are kept.",
            sum(stored_bytes(session, ids).values()),
        ),
        "rowmill_original_bytes": (
            "Bytes of uploaded originals.",
            session.scalar(select(func.sum(originals.c.size_bytes))),
        ),
        "rowmill_database_bytes": (
            "Bytes of the database.",
            session.scalar(text("SELECT pg_database_size(current_database())")),
        ),
    }
    for name, (meaning, value) in gauges.items():
        yield GaugeMetricFamily(name, meaning, value=int(value or 0))


PARTS: tuple[Callable[[Session], Iterable[Metric]], ...] = (_about, _queue, _imports, _holdings)
