from __future__ import annotations

from collections.abc import Iterator

import pytest

from rowmill.lake import Lakes
from rowmill.models import new_id
from rowmill.settings import Settings
from rowmill.store import open_store
from tests.factories.datasets import Table


@pytest.fixture
def lakes(settings: Settings, database_url: str) -> Iterator[Lakes]:
    """The lakes of one process."""
    lakes = Lakes(settings, database_url, open_store(settings))
    yield lakes
    lakes.close()


@pytest.fixture
def table(lakes: Lakes) -> Table:
    """A table that does not exist yet, in a workspace of its own."""
    return Table(lakes, lakes.store, new_id())
