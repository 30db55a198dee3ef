"""What feeds, syncs and webhooks keep sealed: their `secrets` are JSON that opens only there."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Engine, select

from rowmill.db import engine_for, transaction
from rowmill.encryption import KEY_FILE, Encryption, SecretUnreadable, encryption_of, renew_key
from rowmill.models import Feed, Sync, Webhook
from rowmill.settings import Settings

logger = logging.getLogger(__name__)

Owner = Feed | Sync | Webhook
OWNERS: tuple[type[Owner], ...] = (Feed, Sync, Webhook)


@dataclass(frozen=True)
class Resealed:
    """How many secrets were sealed by the first key now, and how many no key opens."""

    count: int
    unreadable: int


def seal(encryption: Encryption, owner: Owner, values: Mapping[str, Any]) -> str:
    """The values as they are kept with this owner, which has its id already."""
    return encryption.seal(json.dumps(dict(values)), purpose=_purpose(owner))


def opened(encryption: Encryption, owner: Owner) -> dict[str, Any]:
    """What the owner keeps; empty where that is nothing. Raises: SecretUnreadable."""
    if owner.secrets is None:
        return {}
    values: dict[str, Any] = json.loads(encryption.open(owner.secrets, purpose=_purpose(owner)))
    return values


def rotated(settings: Settings, url: str) -> Iterator[str]:
    """Seal every secret by the newest key: the first one of the settings, or one that is made now
    where the key lies in the data folder. Yields sentences about it.

    Raises: SecretUnreadable where no key at hand opens some of them, which stay as they are.
    """
    if settings.encryption_key is None:
        renew_key(settings.data_dir / KEY_FILE)
        place = settings.data_dir / KEY_FILE
        yield f"A new key is in {place}. Keep a copy of it apart from the backups."
    engine = engine_for(url, pool_size=1)
    try:
        resealed = reseal(engine, encryption_of(settings))
    finally:
        engine.dispose()
    yield f"{resealed.count} secrets were sealed by the newest key, which opens them by itself."
    if resealed.unreadable:
        raise SecretUnreadable(
            f"{resealed.unreadable} secrets were sealed by a key that is not here, and were left "
            "as they are. `rowmill doctor` says which."
        )


def reseal(engine: Engine, encryption: Encryption) -> Resealed:
    """Seal by the first key whatever an older one has sealed, row by row.

    A row that no key opens is left as it is.
    """
    count = unreadable = 0
    for table, owner_id in _older(engine, encryption):
        try:
            count += _reseal(engine, encryption, table, owner_id)
        except SecretUnreadable:
            unreadable += 1
    if count:
        logger.info("secrets_resealed", extra={"count": count})
    return Resealed(count, unreadable)


def _older(engine: Engine, encryption: Encryption) -> Iterator[tuple[type[Owner], UUID]]:
    """The owners of secrets that another key than the first has sealed."""
    for table in OWNERS:
        with transaction(engine) as session:
            rows = session.execute(
                select(table.id, table.secrets).where(table.secrets.is_not(None))
            ).all()
        for owner_id, sealed in rows:
            if sealed is not None and not encryption.is_current(sealed):
                yield table, owner_id


def _reseal(engine: Engine, encryption: Encryption, table: type[Owner], owner_id: UUID) -> bool:
    with transaction(engine) as session:
        row = session.scalar(select(table).where(table.id == owner_id).with_for_update())
        owner = cast("Owner | None", row)
        if owner is None or owner.secrets is None or encryption.is_current(owner.secrets):
            return False
        owner.secrets = seal(encryption, owner, opened(encryption, owner))
        return True


def _purpose(owner: Owner) -> str:
    return f"{owner.__tablename__.removesuffix('s')}:{owner.id}"
