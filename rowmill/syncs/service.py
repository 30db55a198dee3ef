"""Syncs in the app's own tables: made, changed, listed, and told to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session, joinedload

from rowmill import events, jobs, sealing
from rowmill.context import Context
from rowmill.datasets import names
from rowmill.datasets import service as datasets
from rowmill.db import lock_in_transaction, transaction
from rowmill.encryption import Encryption
from rowmill.errors import Conflict, NotFound, PreconditionFailed, invalid
from rowmill.models import (
    Dataset,
    Job,
    JobStatus,
    Sync,
    SyncBatch,
    SyncReject,
    SyncRun,
    new_id,
    now,
)
from rowmill.schedules import Schedule
from rowmill.syncs import planning
from rowmill.syncs.targets import (
    HEADER_SECRET,
    AnyTarget,
    SftpTarget,
    is_same_place,
    is_secret,
    target_of,
)
from rowmill.templates import service as templates

KIND = "syncs.run"
UNFINISHED = (JobStatus.PENDING, JobStatus.RUNNING)


class SyncSlugTaken(Conflict):
    """Another sync of this workspace has that slug."""


class SyncManaged(Conflict):
    """The server's environment configures this sync. Change BASE_URL, USERNAME, PASSWORD or
    SYNC_INTERVAL_MINUTES there, or make a sync of your own.
    """


@dataclass(frozen=True)
class Wish:
    """What a sync is to be. `source` is a dataset; of a template it may be missing yet."""

    name: str
    slug: str | None
    source: Dataset | None
    template: str | None
    target: AnyTarget
    secrets: Mapping[str, str | None]
    schedule: Schedule | None
    fields: list[dict[str, Any]] | None
    changes: list[str]
    batch_size: int
    from_now_on: bool
    paused: bool


def find(session: Session, workspace_id: UUID, id_or_slug: str) -> Sync:
    """Raises: NotFound, also where the sync is another workspace's."""
    is_it = Sync.id == UUID(id_or_slug) if names.is_id(id_or_slug) else Sync.slug == id_or_slug
    sync = session.scalar(listing(workspace_id).where(is_it))
    if sync is None:
        raise NotFound("There is no such sync.")
    return sync


def listing(workspace_id: UUID) -> Select[Sync]:
    """The workspace's syncs, with their datasets."""
    return select(Sync).where(Sync.workspace_id == workspace_id).options(joinedload(Sync.dataset))


def source_of(
    session: Session, workspace_id: UUID, dataset: str | None, template: str | None
) -> Dataset | None:
    """The dataset that is meant, None where none follows the template yet.

    Raises: NotFound, Invalid.
    """
    if dataset is not None:
        return datasets.find(session, workspace_id, dataset)
    assert template is not None
    known = templates.chosen(session, workspace_id, template)
    return templates.find_dataset(session, workspace_id, known.name)


def create(
    session: Session,
    workspace_id: UUID,
    wish: Wish,
    encryption: Encryption,
    *,
    actor_id: UUID | None,
) -> Sync:
    """Make a sync; its first run is due at once where it has a schedule.

    Raises: Invalid, SyncSlugTaken.
    """
    check_secrets(wish.target.kind, wish.secrets)
    lock_in_transaction(session, "sync-names", workspace_id)
    taken = set(session.scalars(select(Sync.slug).where(Sync.workspace_id == workspace_id)))
    name = names.checked(wish.name)
    if wish.slug is not None and names.check_slug(wish.slug) in taken:
        raise SyncSlugTaken
    sync = _wished(workspace_id, wish, actor_id)
    sync.name, sync.slug = name, wish.slug or names.free_slug(names.slug_of(name), taken)
    _keep_secrets(sync, wish.secrets, encryption)
    planning.outlook(session, sync)  # raises where a field names no column
    session.add(sync)
    session.flush()
    append_event(session, "sync.created", sync, actor_id)
    return sync


def to_try(workspace_id: UUID, wish: Wish, saved: Sync | None) -> Sync:
    """A sync as it is wished, for a look at what it would send. The database never gets it.

    Args: `saved` is the sync that it would change, which tells what was delivered already.
    Raises: Invalid.
    """
    check_secrets(wish.target.kind, wish.secrets)
    sync = _wished(workspace_id, wish, None)
    if saved is not None and (saved.dataset_id, saved.template) == (sync.dataset_id, sync.template):
        sync.watermark = saved.watermark
    return sync


def change(
    session: Session,
    sync: Sync,
    *,
    values: Mapping[str, Any],
    target: AnyTarget | None,
    secrets: Mapping[str, str | None],
    encryption: Encryption,
    actor_id: UUID,
) -> None:
    """Change what `values` names: name, slug, schedule, fields, changes, batch_size, paused.

    What was not acknowledged is planned anew where the records or their destination change.
    Raises: Invalid, SyncSlugTaken, SyncManaged.
    """
    lock(session, sync)
    if sync.is_managed and (target or secrets or values.keys() - {"paused"}):
        raise SyncManaged
    _rename(session, sync, values)
    if target is not None:
        _move(session, sync, target, secrets, encryption)
    fields, changes = values.get("fields", sync.fields), values.get("changes", sync.changes)
    if (fields, changes) != (sync.fields, sync.changes):
        sync.fields, sync.changes = fields, changes
        planning.drop_plan(session, sync)
        planning.outlook(session, sync)  # raises where a field names no column
    sync.batch_size = values.get("batch_size", sync.batch_size)
    if "schedule" in values:
        schedule: Schedule | None = values["schedule"]
        sync.schedule = schedule.to_dict() if schedule else None
        sync.next_run_at = schedule.next_run(now()) if schedule else None
    if "paused" in values:
        _pause(sync, paused=values["paused"])
    check_secrets(sync.kind, secrets)
    _keep_secrets(sync, secrets, encryption)
    if target is not None or secrets:
        sync.retry_at = now() if sync.failing_since else None
    sync.updated_at = now()
    session.flush()
    append_event(session, "sync.changed", sync, actor_id)


def set_paused(session: Session, sync: Sync, *, paused: bool, actor_id: UUID) -> None:
    """Stop the schedule, or go on with it: the next run is due at once."""
    lock(session, sync)
    if sync.paused != paused:
        _pause(sync, paused=paused)
        sync.updated_at = now()
        session.flush()
        append_event(session, "sync.changed", sync, actor_id, paused=paused)


def remove(session: Session, sync: Sync, *, actor_id: UUID) -> None:
    """Delete the sync with its history. A run under way ends. Raises: SyncManaged."""
    if sync.is_managed:
        raise SyncManaged
    for run in session.scalars(_unfinished(sync.id)):
        jobs.request_cancel(session, run.job)
    append_event(session, "sync.deleted", sync, actor_id)
    session.delete(sync)
    session.flush()


def lock(session: Session, sync: Sync) -> None:
    """Hold the sync's row, as it is now, until the transaction ends."""
    columns = [column.key for column in Sync.__mapper__.column_attrs]
    session.refresh(sync, columns, with_for_update=True)


def check_unchanged(sync: Sync, if_match: str | None) -> None:
    """Raises: PreconditionFailed where the sync is not the one that the client has read."""
    if if_match is not None and if_match.strip() not in {"*", entity_tag(sync)}:
        raise PreconditionFailed


def entity_tag(sync: Sync) -> str:
    """Changes whenever the sync's configuration does."""
    return f'"{sync.id.hex[-12:]}-{int(sync.updated_at.timestamp() * 1_000_000):x}"'


def secrets_of(sync: Sync, encryption: Encryption) -> dict[str, str]:
    """The secrets themselves. Raises: SecretUnreadable."""
    return sealing.opened(encryption, sync)


def enqueue(
    session: Session, sync: Sync, *, slots: int, reason: str, created_by: UUID | None
) -> SyncRun:
    """A run of the sync now; the one that has not ended yet, where there is one."""
    lock_in_transaction(session, "sync-run", sync.id)
    waiting = session.scalar(_unfinished(sync.id))
    if waiting is not None:
        return waiting
    job = jobs.enqueue(
        session,
        KIND,
        workspace_id=sync.workspace_id,
        on=jobs.CONNECTIONS,
        slots=slots,
        subject=sync.id,
        created_by=created_by,
        progress={"phase": "waiting"},
        sync_id=str(sync.id),
    )
    run = SyncRun(
        id=job.id,
        workspace_id=sync.workspace_id,
        sync_id=sync.id,
        job_id=job.id,
        reason=reason,
        created_by=created_by,
        job=job,
    )
    session.add(run)
    session.flush()
    return run


def enqueue_due(context: Context) -> None:
    """Enqueue the runs that are due, by schedule or because a destination is to be tried again."""
    with transaction(context.engine) as session:
        moment = now()
        # One that is paused was told to run by hand where it has to go on and has not failed.
        may_go_on = or_(Sync.paused.is_(False), Sync.failures == 0)
        due = select(Sync).where(
            or_(
                and_(Sync.paused.is_(False), Sync.next_run_at <= moment),
                and_(Sync.retry_at <= moment, may_go_on),
            )
        )
        for sync in session.scalars(due.with_for_update(skip_locked=True)):
            reason = "schedule" if sync.retry_at is None else "retry"
            waits = sync.retry_at is not None and sync.retry_at > moment
            if sync.schedule and sync.next_run_at is not None and sync.next_run_at <= moment:
                sync.next_run_at = Schedule.stored(sync.schedule).next_run(moment)
            if not waits:
                sync.retry_at = None
                slots = context.settings.workspace_connections
                enqueue(session, sync, slots=slots, reason=reason, created_by=None)


def ended(session: Session, job: Job) -> None:
    """Note on the run that its job failed or was cancelled."""
    run = session.scalar(select(SyncRun).where(SyncRun.job_id == job.id))
    if run is not None and run.outcome is None:
        run.outcome = "stopped" if job.status == JobStatus.CANCELLED else "failing"
        run.error, run.finished_at = job.error, now()


def needed_versions(session: Session, workspace_id: UUID) -> set[int]:
    """The lake versions that syncs compare with the next time, not to be expired."""
    found = session.scalars(select(Sync.watermark).where(Sync.workspace_id == workspace_id))
    return {version for version in found if version is not None}


def forget(session: Session, *, before: datetime) -> int:
    """Delete what is told of runs and batches that ended before that; returns how many."""
    count = 0
    for table in (SyncBatch, SyncRun):
        gone = delete(table).where(table.finished_at < before).returning(table.id)
        count += len(session.scalars(gone).all())
    return count


def tallies(session: Session, sync_ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    """For each sync: `pending` records, `open_rejects`, and unfinished runs as `running`."""
    found: dict[UUID, dict[str, int]] = {sync_id: {} for sync_id in sync_ids}
    pending = select(SyncBatch.sync_id, func.sum(SyncBatch.record_count)).where(
        SyncBatch.status == "pending", SyncBatch.sync_id.in_(sync_ids)
    )
    rejects = select(SyncReject.sync_id, func.count()).where(
        SyncReject.status.in_(["open", "resending"]), SyncReject.sync_id.in_(sync_ids)
    )
    runs = (
        select(SyncRun.sync_id, func.count())
        .join(Job, Job.id == SyncRun.job_id)
        .where(Job.status.in_(UNFINISHED), SyncRun.sync_id.in_(sync_ids))
    )
    for name, statement, column in (
        ("pending", pending, SyncBatch.sync_id),
        ("open_rejects", rejects, SyncReject.sync_id),
        ("running", runs, SyncRun.sync_id),
    ):
        for sync_id, count in session.execute(statement.group_by(column)):
            found[sync_id][name] = int(count)
    return found


def runs_of(sync: Sync) -> Select[SyncRun]:
    """The sync's runs, with their jobs."""
    return select(SyncRun).where(SyncRun.sync_id == sync.id).options(joinedload(SyncRun.job))


def batches_of(sync: Sync) -> Select[SyncBatch]:
    """The sync's batches."""
    return select(SyncBatch).where(SyncBatch.sync_id == sync.id)


def append_event(
    session: Session, kind: str, sync: Sync, actor_id: UUID | None, **payload: Any
) -> None:
    """Say in the workspace's log what happened to a sync."""
    events.append(
        session,
        kind,
        workspace_id=sync.workspace_id,
        subject="sync",
        subject_id=sync.id,
        payload={"sync_name": sync.name, "sync_slug": sync.slug, **payload},
        actor_id=actor_id,
    )


def check_secrets(kind: str, secrets: Mapping[str, str | None]) -> None:
    """Raises: Invalid where a destination of that kind takes no such secret."""
    for name, value in secrets.items():
        if not is_secret(kind, name):
            message = f"A destination of kind {kind} takes none such."
            if kind == "http" and name.startswith(HEADER_SECRET):
                message = f"'{name.removeprefix(HEADER_SECRET)[:100]}' cannot be set as a header."
            raise invalid(f"secrets.{name[:100]}", message)
        if value is not None and not 0 < len(value) <= 20_000:
            raise invalid(f"secrets.{name[:100]}", "It needs 1 to 20,000 characters.")
        is_header = name == "token" or name.startswith(HEADER_SECRET)
        if value is not None and is_header and not (value.isprintable() and value.isascii()):
            raise invalid(f"secrets.{name[:100]}", "It holds characters that cannot be sent.")


def _wished(workspace_id: UUID, wish: Wish, actor_id: UUID | None) -> Sync:
    return Sync(
        id=new_id(),
        workspace_id=workspace_id,
        slug=wish.slug or "",
        name=wish.name,
        dataset_id=wish.source.id if wish.source else None,
        template=wish.template,
        kind=wish.target.kind,
        destination=wish.target.model_dump(mode="json"),
        schedule=wish.schedule.to_dict() if wish.schedule else None,
        fields=wish.fields,
        changes=wish.changes,
        batch_size=wish.batch_size,
        paused=wish.paused,
        next_run_at=now() if wish.schedule else None,
        watermark=wish.source.version if wish.from_now_on and wish.source else None,
        created_by=actor_id,
        dataset=wish.source,
    )


def _keep_secrets(sync: Sync, secrets: Mapping[str, str | None], encryption: Encryption) -> None:
    if not secrets:
        return
    kept: dict[str, str | None] = {**secrets_of(sync, encryption), **secrets}
    left = {name: value for name, value in kept.items() if value is not None}
    sync.secrets = sealing.seal(encryption, sync, left) if left else None


def _rename(session: Session, sync: Sync, values: Mapping[str, Any]) -> None:
    if "name" in values:
        sync.name = names.checked(values["name"])
    slug = values.get("slug")
    if slug is not None and names.check_slug(slug) != sync.slug:
        lock_in_transaction(session, "sync-names", sync.workspace_id)
        others = select(Sync.id).where(Sync.workspace_id == sync.workspace_id, Sync.slug == slug)
        if session.scalar(others) is not None:
            raise SyncSlugTaken
        sync.slug = slug


def _move(
    session: Session,
    sync: Sync,
    target: AnyTarget,
    secrets: Mapping[str, str | None],
    encryption: Encryption,
) -> None:
    """Give the sync other settings of its destination; secrets do not follow to another host."""
    before = target_of(sync.destination)
    if target.kind != before.kind:
        raise invalid("destination.kind", "A sync keeps its kind. Make another sync.")
    if not is_same_place(before, target):
        missing = secrets_of(sync, encryption).keys() - secrets.keys()
        if missing:
            names_of = ", ".join(sorted(missing))
            message = f"Enter them again for the new address, or remove them: {names_of}."
            raise invalid("secrets", message)
    elif isinstance(before, SftpTarget) and "host_key" not in target.model_fields_set:
        target = target.model_copy(update={"host_key": before.host_key})
    if target.model_dump(mode="json") != sync.destination:
        sync.destination = target.model_dump(mode="json")
        planning.drop_plan(session, sync)


def _pause(sync: Sync, *, paused: bool) -> None:
    sync.paused = paused
    if not paused and sync.schedule is not None:
        sync.next_run_at = now()


def _unfinished(sync_id: UUID) -> Select[SyncRun]:
    return (
        select(SyncRun)
        .join(SyncRun.job)
        .where(SyncRun.sync_id == sync_id, Job.status.in_(UNFINISHED))
        .options(joinedload(SyncRun.job))
        .order_by(SyncRun.id)
        .limit(1)
    )
