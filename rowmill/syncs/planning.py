"""What is to be sent: the changes since the last acknowledgement, written down, then cut."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from rowmill.context import Context
from rowmill.datasets import changes
from rowmill.datasets import service as datasets
from rowmill.datasets.service import Reading
from rowmill.db import transaction
from rowmill.errors import Conflict, CursorExpired
from rowmill.models import Dataset, Sync, SyncBatch, new_id, now
from rowmill.retail.objects import PRODUCT_KEYS, SALE_KEYS
from rowmill.syncs.records import DELETE, Member, Shape, shape_of
from rowmill.templates import service as templates

WHOLE_PLANS = {"sftp", "s3"}
"""Destinations that get each delivery as one parcel."""

PUBLISHED = {"products": PRODUCT_KEYS, "sales": SALE_KEYS}

WINDOW = 20  # batches that are cut at once
MOST_BYTES = 4 * 1024 * 1024  # of the records of a batch


class DatasetGone(Conflict):
    """The sync's dataset was deleted. Make a sync of another one."""


@dataclass(frozen=True)
class Outlook:
    """What a sync has before it: its dataset as it is now, and what has been acknowledged of it."""

    dataset: Dataset
    reading: Reading
    key: tuple[str, ...]
    shape: Shape
    kinds: tuple[str, ...]
    since: int | None

    @property
    def has_news(self) -> bool:
        """Whether the dataset has a version that was not compared yet."""
        version = self.reading.version
        return version is not None and version != self.since


def find_dataset(session: Session, sync: Sync) -> Dataset | None:
    """The dataset that the sync is of now; another follower of its template begins anew.

    Raises: DatasetGone.
    """
    if sync.template is not None:
        found = templates.find_dataset(session, sync.workspace_id, sync.template)
        if found is not None and found.id != sync.dataset_id:
            sync.dataset_id, sync.watermark = found.id, None
            drop_plan(session, sync)
        return found
    dataset = session.get(Dataset, sync.dataset_id) if sync.dataset_id else None
    if dataset is None or dataset.deleted_at is not None:
        raise DatasetGone
    return dataset


def outlook(session: Session, sync: Sync) -> Outlook | None:
    """None where there is no dataset yet. Raises: DatasetGone, Invalid about a field."""
    dataset = find_dataset(session, sync)
    if dataset is None:
        return None
    reading = datasets.reading(session, dataset)
    key = changes.key_of(dataset, reading)
    shape = shape_of(reading.columns, sync.fields, _published_names(sync, dataset), key)
    return Outlook(dataset, reading, key, shape, tuple(sync.changes), sync.watermark)


def _published_names(sync: Sync, dataset: Dataset) -> dict[str, str]:
    """What columns are called outside, where the sync is of a template: as the published API does.

    A column that plays no role there keeps its name.
    """
    if sync.template is None:
        return {}
    published = {role: name for name, role in PUBLISHED.get(sync.template, {}).items()}
    return {column: published.get(role, column) for role, column in dataset.roles.items()}


def make_plan(context: Context, sync_id: UUID) -> bool:
    """Write down what has changed, as a plan. Returns whether there is anything to send.

    Where nothing is, the watermark moves at once. Raises: DatasetGone, Invalid.
    """
    with transaction(context.engine) as session:
        sync = session.get_one(Sync, sync_id)
        found = outlook(session, sync)
        as_read = sync.updated_at
    if found is None or not found.has_news:
        return False
    plan = _written(context, sync, found)
    with transaction(context.engine) as session:
        sync = session.get_one(Sync, sync_id, with_for_update=True)
        is_current = sync.updated_at == as_read and sync.watermark == found.since
        if is_current and plan["size"]:
            sync.plan = plan
        elif is_current:
            sync.watermark = plan["until"]
    return is_current and bool(plan["size"])


def shape_of_plan(plan: Mapping[str, Any]) -> Shape:
    """What the records of a plan look like, whatever became of the dataset since."""
    members = tuple(Member(name, kind) for name, kind in plan["members"])
    return Shape(members, tuple(plan["key"]))


def _written(context: Context, sync: Sync, found: Outlook) -> dict[str, Any]:
    """Put the changes' lines into the object store; where the last version is gone, all rows."""
    context.store.delete_folder(sync.folder)  # of plans that were dropped
    plan: dict[str, Any] = {
        "id": str(new_id()),
        "since": found.since,
        "until": found.reading.version,
        "dataset": found.dataset.slug,
        "at": now().isoformat(),
        "members": [[member.name, member.type] for member in found.shape.members],
        "key": list(found.shape.key),
        "offset": 0,
        "size": 0,
        "is_complete": False,
    }
    try:
        counts = _write(context, f"{sync.folder}/{plan['id']}.lines", found, found.since)
    except CursorExpired:
        plan |= {"since": None, "is_complete": True}
        counts = _write(context, f"{sync.folder}/{plan['id']}.lines", found, None)
    return {**plan, "size": counts.pop("bytes", 0), "counts": dict(counts)}


def _write(context: Context, key: str, found: Outlook, since: int | None) -> Counter[str]:
    """How many changes of each kind there are, and their `bytes`; no object where none is."""
    feed = changes.feed(context.lakes, found.reading, since, found.key, timeout_seconds=math.inf)
    counts: Counter[str] = Counter()
    draft = context.store.draft()
    try:
        with feed as (reader, source, order):
            statement = (
                f"SELECT {found.shape.line(found.key)} FROM {source}"
                f" WHERE {found.shape.condition(found.kinds)} ORDER BY {order}"
            )
            for piece in reader.texts(statement):
                draft.write(piece)
                counts["bytes"] += len(piece)
                counts.update(line.split(b"\t", 1)[0].decode() for line in piece.splitlines())
    except BaseException:
        draft.abort()
        raise
    if counts:
        draft.finish(key)
    else:
        draft.abort()
    return counts


def lines_of(pieces: Iterable[bytes], skip: int = 0) -> Iterator[str]:
    """The lines of an object behind its first `skip` bytes, each with its end."""
    rest = b""
    for piece in pieces:
        begin = min(skip, len(piece))
        skip -= begin
        *whole, rest = (rest + piece[begin:]).split(b"\n")
        for line in whole:
            yield f"{line.decode()}\n"


def batch_size(sync: Sync) -> int:
    """How many records go together at most: one, where each has a request of its own."""
    return 1 if sync.destination.get("body") == "record" else sync.batch_size


def cut(lines: Iterator[str], batch_size: int) -> Iterator[list[str]]:
    """Batches of lines in their order: of either writes or deletes, and of bounded size."""
    batch: list[str] = []
    size, is_delete = 0, False
    for line in lines:
        is_other = line.startswith(f"{DELETE}\t") != is_delete
        if batch and (len(batch) >= batch_size or size + len(line) > MOST_BYTES or is_other):
            yield batch
            batch, size = [], 0
        is_delete = line.startswith(f"{DELETE}\t")
        batch.append(line)
        size += len(line)
    if batch:
        yield batch


def whole_batch(sync: Sync) -> SyncBatch:
    """One batch of all that the plan has."""
    assert sync.plan is not None
    plan, count = sync.plan, sum(sync.plan["counts"].values())
    batch = _batch(sync, first=sync.sequence, count=count, operation="write")
    batch.idempotency_key = idempotency_key(sync, batch.first, [plan["id"]])
    sync.plan = {**plan, "offset": plan["size"]}
    sync.sequence += count
    return batch


def batches_of(sync: Sync, cuts: Sequence[list[str]]) -> list[SyncBatch]:
    """The cuts as batches of the sync, behind those it has."""
    assert sync.plan is not None
    made, size = [], 0
    for lines in cuts:
        made.append(batch_of(sync, lines, first=sync.sequence))
        sync.sequence += len(lines)
        size += sum(len(line.encode()) for line in lines)
    sync.plan = {**sync.plan, "offset": sync.plan["offset"] + size}
    return made


def batch_of(sync: Sync, lines: Sequence[str], *, first: int) -> SyncBatch:
    """These lines as a batch whose first record has the number `first`."""
    operation = "delete" if lines[0].startswith(f"{DELETE}\t") else "write"
    batch = _batch(sync, first=first, count=len(lines), operation=operation)
    batch.records = "".join(lines)
    batch.idempotency_key = idempotency_key(sync, first, lines)
    return batch


def _batch(sync: Sync, *, first: int, count: int, operation: str) -> SyncBatch:
    plan = sync.plan or {}
    return SyncBatch(
        id=new_id(),
        workspace_id=sync.workspace_id,
        sync_id=sync.id,
        plan_id=plan.get("id"),
        since=plan.get("since"),
        until=plan.get("until"),
        first=first,
        record_count=count,
        operation=operation,
        status="pending",
    )


def idempotency_key(sync: Sync, first: int, lines: Iterable[str]) -> str:
    """The same for the same records of the same sync between the same versions."""
    plan = sync.plan or {}
    digest = hashlib.sha256(
        f"{sync.id}\n{plan.get('since')}\n{plan.get('until')}\n{first}".encode()
    )
    for line in lines:
        digest.update(b"\n" + line.encode())
    return digest.hexdigest()[:40]


def drop_plan(session: Session, sync: Sync) -> None:
    """Forget what was planned and not acknowledged; it is planned anew by the next run."""
    session.execute(
        update(SyncBatch)
        .where(
            SyncBatch.sync_id == sync.id,
            SyncBatch.status == "pending",
            SyncBatch.reject_id.is_(None),
        )
        .values(status="dropped", records=None, finished_at=now())
    )
    sync.plan = None
