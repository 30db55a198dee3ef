"""Which template a header looks like, and which of its columns plays which part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rowmill.mill.declared import positions_of
from rowmill.templates.declared import Template


@dataclass(frozen=True)
class Match:
    """How a template's columns are found in a header.

    `headers` maps names of the template's columns to labels of the header; `missing` are names of
    its columns that are not there, `extra` labels that it does not know.
    """

    template: Template
    headers: dict[str, str]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def roles(self) -> dict[str, str]:
        """Labels of the header by role."""
        return {
            column.role: self.headers[column.name]
            for column in self.template.columns
            if column.name in self.headers
        }

    @property
    def is_likely(self) -> bool:
        """Whether the header looks like a file of this template, and not only shares a column."""
        columns = self.template.columns
        if any(column.required and column.name not in self.headers for column in columns):
            return False
        if self.template.signs:
            return any(sign <= self.roles.keys() for sign in self.template.signs)
        return len(self.headers) * 2 >= len(columns)

    @property
    def share(self) -> float:
        """The part of the header that the template explains, 0 to 1."""
        total = len(self.headers) + len(self.extra)
        return len(self.headers) / total if total else 0.0


def match(template: Template, headers: Sequence[str]) -> Match:
    """How the template fits the header."""
    places = positions_of(headers, template.declared({}))
    found = {column.name: headers[places[column.name]] for column in template.columns
             if column.name in places}  # fmt: skip
    return Match(
        template=template,
        headers=found,
        missing=tuple(c.name for c in template.columns if c.name not in found),
        extra=tuple(h for i, h in enumerate(headers) if i not in places.values()),
    )


def best(templates: Iterable[Template], headers: Sequence[str]) -> Match | None:
    """The template that explains most of the header, None where it looks like none of them."""
    likely = [found for found in (match(t, headers) for t in templates) if found.is_likely]
    return max(likely, key=lambda found: found.share, default=None)
