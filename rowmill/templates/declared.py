"""What a template is: columns with types, roles and the headers under which files bring them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rowmill.mill import Column, Convention, Declared
from rowmill.mill.columns import kind_of
from rowmill.models import ImportMode

_MOMENTS: Final = {"date", "timestamp", "timestamptz"}
_NUMBERS: Final = {"integer", "decimal", "double"}


@dataclass(frozen=True)
class TemplateColumn:
    """A column that a template declares.

    `type` is a column type or a family of types, see `mill.Declared`. `role` is what the column
    means to figures and invoices; where nothing else is said it is the column's name.
    `required` says that a file without it is refused; single values may be empty.
    """

    name: str
    label: str
    type: str
    aliases: tuple[str, ...] = ()
    role: str = ""
    required: bool = False

    def fits(self, column_type: str) -> bool:
        """Whether a dataset's column of that type can play this part."""
        kind = kind_of(column_type)
        if self.type in {"identifier", "text"}:
            return True
        if self.type == "moment":
            return kind in _MOMENTS
        if self.type in {"number", "decimal"} or kind_of(self.type) in _NUMBERS:
            return kind in _NUMBERS
        return kind == kind_of(self.type)


@dataclass(frozen=True)
class Measure:
    """A figure that is derived from columns, and the roles it needs."""

    name: str
    label: str
    formula: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """A declared schema.

    `keys` are sets of columns that tell one row from another, the first one that a file has
    counts; `mode` is what an import does where nothing is said. `signs` are sets of roles: a
    dataset with all columns of one set looks like this template. `conventions` are those of
    well-known layouts of such files.
    """

    name: str
    label: str
    description: str
    columns: tuple[TemplateColumn, ...]
    keys: tuple[tuple[str, ...], ...] = ()
    mode: ImportMode = ImportMode.APPEND
    signs: tuple[frozenset[str], ...] = ()
    measures: tuple[Measure, ...] = ()
    conventions: tuple[Convention, ...] = ()
    is_built_in: bool = True

    def declared(self, roles: Mapping[str, str]) -> tuple[Declared, ...]:
        """The columns for the mill, under the names they have in a dataset with these roles."""
        return tuple(
            Declared(
                name=roles.get(column.role, column.name),
                label=column.label,
                type=column.type,
                aliases=(column.name, *column.aliases),
                required=column.required,
            )
            for column in self.columns
        )

    def keys_in(self, roles: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
        """The keys, by the names that their columns have in a dataset with these roles."""
        role_of = {column.name: column.role for column in self.columns}
        return tuple(tuple(roles.get(role_of[name], name) for name in key) for key in self.keys)

    def roles_in(self, columns: Iterable[Column], known: Mapping[str, str]) -> dict[str, str]:
        """Role to column of a dataset that follows this template; `known` ones stay."""
        types = {column.name: column.type for column in columns}
        roles = {role: name for role, name in known.items() if name in types}
        for column in self.columns:
            is_free = column.role not in roles and column.name not in roles.values()
            if is_free and column.name in types and column.fits(types[column.name]):
                roles[column.role] = column.name
        return roles


def template_of(
    name: str, label: str, columns: Iterable[Mapping[str, Any]], key: Iterable[str]
) -> Template:
    """A template that a workspace has declared, from the plain values that the database keeps."""
    described = tuple(
        TemplateColumn(
            name=column["name"],
            label=column["label"],
            type=column["type"],
            aliases=tuple(column["aliases"]),
            role=column["role"] or column["name"],
            required=column["required"],
        )
        for column in columns
    )
    names = tuple(key)
    return Template(
        name=name,
        label=label,
        description="",
        columns=described,
        keys=(names,) if names else (),
        mode=ImportMode.UPSERT if names else ImportMode.APPEND,
        is_built_in=False,
    )
