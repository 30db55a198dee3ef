"""The columns of a dataset by what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from rowmill.datasets.service import Reading
from rowmill.mill import Column, quote_identifier
from rowmill.models import Dataset


@dataclass(frozen=True)
class Roles:
    """The columns of one version of a dataset that play a role, by role."""

    columns: dict[str, Column]

    @classmethod
    def of(cls, dataset: Dataset, reading: Reading) -> Roles:
        """The roles that the dataset's columns have at the version that is read."""
        named = {column.name: column for column in reading.columns}
        return cls({role: named[name] for role, name in dataset.roles.items() if name in named})

    def get(self, role: str) -> Column | None:
        """The column that plays the role, None where there is none."""
        return self.columns.get(role)

    def has(self, *roles: str) -> bool:
        """Whether all of these roles are played."""
        return all(role in self.columns for role in roles)

    def name(self, role: str) -> str:
        """The quoted name of the column that plays the role. Raises: KeyError."""
        return quote_identifier(self.columns[role].name)

    def names(self, *roles: str) -> list[str]:
        """The plain names of the columns that play any of these roles, each once."""
        return list(dict.fromkeys(self.columns[r].name for r in roles if r in self.columns))

    def text(self, role: str) -> str:
        """An SQL expression: the column as text, for comparing identifiers of two datasets.

        Null where nothing plays the role.
        """
        column = self.columns.get(role)
        if column is None:
            return "CAST(NULL AS VARCHAR)"
        name = quote_identifier(column.name)
        return name if column.type == "text" else f"CAST({name} AS VARCHAR)"
