from __future__ import annotations

import logging

from rowmill.errors import ServiceUnavailable
from rowmill.store import Store

logger = logging.getLogger(__name__)


class StoreUnavailable(ServiceUnavailable):
    """The object store does not answer, or cannot be written."""


def check_store(store: Store) -> None:
    """Raises: StoreUnavailable."""
    try:
        store.check()
    except Exception as error:  # whatever a bucket's client raises
        logger.warning("store_unavailable", exc_info=True)
        raise StoreUnavailable(headers={"Retry-After": "5"}) from error
