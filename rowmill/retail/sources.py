"""The workspace's sales, products and stock, each at one version, for statements over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pyarrow as pa
from sqlalchemy.orm import Session

from rowmill.datasets import service as datasets
from rowmill.datasets.cursors import fingerprint
from rowmill.datasets.service import Reading
from rowmill.lake import Lakes, Part
from rowmill.models import Dataset
from rowmill.templates import service as templates
from rowmill.templates.builtin import PRODUCTS, SALES, STOCK
from rowmill.templates.roles import Roles

NAMES: Final = (SALES.name, PRODUCTS.name, STOCK.name)
EMPTY: Final = Roles({})

# A statement's FROM clauses by the name of the source.
Clauses = Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """A dataset of a built-in template at a version that has rows."""

    dataset: Dataset
    reading: Reading
    roles: Roles

    @property
    def version(self) -> int:
        """The version that is read."""
        assert self.reading.version is not None
        return self.reading.version


@dataclass(frozen=True)
class Sources:
    """What of sales, products and stock the workspace has, by name of the template."""

    workspace_id: UUID
    found: Mapping[str, Source]

    @property
    def sales(self) -> Source | None:
        """The sales."""
        return self.found.get(SALES.name)

    @property
    def products(self) -> Source | None:
        """The products."""
        return self.found.get(PRODUCTS.name)

    @property
    def stock(self) -> Source | None:
        """The stock."""
        return self.found.get(STOCK.name)

    def roles(self, name: str) -> Roles:
        """The roles of a source; none where it is not there."""
        source = self.found.get(name)
        return source.roles if source else EMPTY

    def versions(self) -> dict[str, list[Any]]:
        """Datasets and versions as plain values, for cursors and cache keys."""
        return {
            name: [str(source.dataset.id), source.version, sorted(source.dataset.roles.items())]
            for name, source in sorted(self.found.items())
        }

    def tag(self, *query: Any) -> str:
        """The entity tag of what a query, plain values, gives over these versions."""
        return f'"{fingerprint(self.versions(), *query)}"'

    def select(
        self,
        lakes: Lakes,
        needs: Mapping[str, Sequence[str]],
        statement: Callable[[Clauses], str],
        parameters: Sequence[Any] = (),
    ) -> list[tuple[Any, ...]]:
        """Rows of a statement over several sources at once.

        Args: `needs` names the columns wanted of each source; `statement` gets their FROM clauses.
        Raises: QueryTimedOut, CursorExpired, ServiceUnavailable.
        """
        names, parts = list(needs), self._parts(needs)
        with lakes.reader(self.workspace_id) as reader:
            return reader.select_from(
                parts,
                lambda clauses: statement(dict(zip(names, clauses, strict=True))),
                parameters,
            )

    def table(
        self,
        lakes: Lakes,
        needs: Mapping[str, Sequence[str]],
        statement: Callable[[Clauses], str],
    ) -> pa.Table:
        """The whole result of such a statement, to be held in memory."""
        names, parts = list(needs), self._parts(needs)
        with lakes.reader(self.workspace_id) as reader:
            return reader.table_from(
                parts, lambda clauses: statement(dict(zip(names, clauses, strict=True)))
            )

    def _parts(self, needs: Mapping[str, Sequence[str]]) -> list[Part]:
        return [
            Part(self.found[name].reading.table_name, self.found[name].version, needs[name])
            for name in needs
        ]


def find(session: Session, workspace_id: UUID, pinned: Mapping[str, int] | None = None) -> Sources:
    """The workspace's sources as they are now, or at the versions that a cursor has `pinned`.

    Raises: CursorExpired where a version or its dataset is gone.
    """
    followers = templates.followers(session, workspace_id)
    found: dict[str, Source] = {}
    for name in NAMES:
        dataset = followers.get(name)
        if dataset is None or (pinned is not None and name not in pinned):
            continue
        reading = (
            datasets.reading(session, dataset)
            if pinned is None
            else datasets.reading_of_version(session, dataset, pinned[name])
        )
        if reading.version is not None:
            found[name] = Source(dataset, reading, Roles.of(dataset, reading))
    return Sources(workspace_id, found)
