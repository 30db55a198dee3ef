"""Templates, built-in and declared, and the datasets that follow them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rowmill import events
from rowmill.datasets import names
from rowmill.datasets import service as datasets
from rowmill.datasets.columns import Columns
from rowmill.datasets.service import Reading
from rowmill.db import lock_in_transaction
from rowmill.errors import Conflict, FieldError, Invalid, NotFound, invalid
from rowmill.mill import Convention, Declared
from rowmill.mill.columns import Column
from rowmill.models import Dataset, DeclaredTemplate, now
from rowmill.templates import matching
from rowmill.templates.builtin import BUILT_IN
from rowmill.templates.declared import Template, template_of
from rowmill.templates.roles import Roles


class TemplateTaken(Conflict):
    """Another dataset follows this template already; a workspace has one for each."""


class TemplateExists(Conflict):
    """There is a template of that name already."""


class TemplateInUse(Conflict):
    """A dataset follows this template. Take it off the dataset first."""


class BuiltInTemplate(Conflict):
    """The built-in templates cannot be changed. Declare one under another name."""


@dataclass(frozen=True)
class Expectations:
    """What a template says of a dataset's files; nothing where there is none.

    `keys` are sets of columns that tell rows apart, of which the first one in a file counts.
    """

    columns: tuple[Declared, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    conventions: tuple[Convention, ...] = ()


def listing(session: Session, workspace_id: UUID) -> list[Template]:
    """The built-in templates, then those that the workspace has declared, by name."""
    declared = session.scalars(
        select(DeclaredTemplate)
        .where(DeclaredTemplate.workspace_id == workspace_id)
        .order_by(DeclaredTemplate.name)
    )
    return [*BUILT_IN.values(), *map(_template, declared)]


def find(session: Session, workspace_id: UUID, name: str) -> Template:
    """Raises: NotFound, also where the template is another workspace's."""
    built_in = BUILT_IN.get(name)
    return built_in or _template(_declared(session, workspace_id, name))


def chosen(session: Session, workspace_id: UUID, name: str) -> Template:
    """The template that a sender names. Raises: Invalid."""
    try:
        return find(session, workspace_id, name.strip())
    except NotFound as error:
        known = ", ".join(template.name for template in listing(session, workspace_id))
        message = f"There is no template '{name[:100]}'. It is one of {known}."
        raise invalid("template", message) from error


def declare(
    session: Session,
    workspace_id: UUID,
    *,
    name: str,
    label: str,
    columns: Sequence[Mapping[str, Any]],
    key: Sequence[str],
    created_by: UUID,
) -> Template:
    """A new template of the workspace. Raises: TemplateExists."""
    lock_in_transaction(session, "templates", workspace_id)
    if name in {template.name for template in listing(session, workspace_id)}:
        raise TemplateExists(f"There is a template '{name}' already.")
    declared = DeclaredTemplate(
        workspace_id=workspace_id,
        name=name,
        label=label,
        columns=[dict(column) for column in columns],
        key=list(key),
        created_by=created_by,
        updated_at=now(),
    )
    session.add(declared)
    session.flush()
    _append_event(session, "template.created", declared, created_by)
    return _template(declared)


def change(
    session: Session,
    workspace_id: UUID,
    name: str,
    *,
    label: str,
    columns: Sequence[Mapping[str, Any]],
    key: Sequence[str],
    actor_id: UUID,
) -> Template:
    """Declare a template anew; imports from now on go by it. Raises: NotFound, BuiltInTemplate."""
    if name in BUILT_IN:
        raise BuiltInTemplate
    declared = _declared(session, workspace_id, name)
    declared.label, declared.key = label, list(key)
    declared.columns = [dict(column) for column in columns]
    declared.updated_at = now()
    session.flush()
    template = _template(declared)
    dataset = find_dataset(session, workspace_id, name)
    if dataset is not None:
        known = {column.role for column in template.columns}
        kept = {role: column for role, column in dataset.roles.items() if role in known}
        dataset.roles = template.roles_in(_columns(dataset), kept)
    _append_event(session, "template.changed", declared, actor_id)
    return template


def remove(session: Session, workspace_id: UUID, name: str, *, actor_id: UUID) -> None:
    """Raises: NotFound, BuiltInTemplate, TemplateInUse."""
    if name in BUILT_IN:
        raise BuiltInTemplate
    declared = _declared(session, workspace_id, name)
    dataset = find_dataset(session, workspace_id, name)
    if dataset is not None:
        raise TemplateInUse(f"The dataset '{dataset.slug}' follows the template '{name}'.")
    session.delete(declared)
    session.flush()
    _append_event(session, "template.deleted", declared, actor_id)


def find_dataset(session: Session, workspace_id: UUID, template: str) -> Dataset | None:
    """The workspace's dataset that follows the template, None where it has none."""
    return session.scalar(
        select(Dataset).where(
            Dataset.workspace_id == workspace_id,
            Dataset.template == template,
            Dataset.deleted_at.is_(None),
        )
    )


def followers(session: Session, workspace_id: UUID) -> dict[str, Dataset]:
    """The datasets that follow a template, by its name."""
    found = session.scalars(
        select(Dataset).where(
            Dataset.workspace_id == workspace_id,
            Dataset.template.is_not(None),
            Dataset.deleted_at.is_(None),
        )
    )
    return {dataset.template: dataset for dataset in found if dataset.template is not None}


def find_or_create_dataset(
    session: Session,
    workspace_id: UUID,
    template: Template,
    *,
    created_by: UUID | None,
    wanted: str | None = None,
) -> Dataset:
    """The workspace's dataset of the template, made when missing.

    Args: `wanted` is the id, slug or name that a sender asks for. A dataset of that name that
    follows no template yet is adopted. Raises: TemplateTaken where the workspace's dataset of the
    template is another one, Invalid where the wanted one does not fit the template.
    """
    lock_in_transaction(session, "dataset-template", workspace_id)
    found = find_dataset(session, workspace_id, template.name)
    if found is None:
        dataset = _free_dataset(session, workspace_id, template, wanted, created_by)
        _follow(session, dataset, template, None, created_by)
        return dataset
    if wanted is not None and not _is_called(found, wanted):
        raise TemplateTaken(
            f"The workspace's dataset of the template '{template.name}' is '{found.slug}'. Send "
            "the file there, without naming another dataset."
        )
    return found


def adopt(
    session: Session,
    dataset: Dataset,
    template: Template,
    roles: Mapping[str, str] | None,
    *,
    actor_id: UUID,
) -> None:
    """Let a dataset follow the template from now on.

    Args: `roles` maps roles to names or labels of columns; the others are found by their headers,
    all of them where it is None. Raises: TemplateTaken, Invalid where a column does not fit.
    """
    lock_in_transaction(session, "dataset-template", dataset.workspace_id)
    other = find_dataset(session, dataset.workspace_id, template.name)
    if other is not None and other.id != dataset.id:
        raise TemplateTaken(
            f"The dataset '{other.slug}' follows the template '{template.name}' already. Take it "
            "off there first."
        )
    _follow(session, dataset, template, roles, actor_id)


def release(session: Session, dataset: Dataset, *, actor_id: UUID) -> None:
    """Let a dataset follow no template. Its columns and rows stay what they are."""
    if dataset.template is None:
        return
    template, dataset.template, dataset.roles = dataset.template, None, {}
    refresh(session, dataset)
    datasets.append_event(session, "dataset.released", dataset, actor_id, template=template)


def refresh(session: Session, dataset: Dataset) -> None:
    """Bring roles, or the suggestion of a template, up to date with the dataset's columns."""
    if dataset.template is not None:
        template = find(session, dataset.workspace_id, dataset.template)
        dataset.roles = template.roles_in(_columns(dataset), dataset.roles)
        dataset.suggested_template = None
    else:
        dataset.suggested_template = suggestion(session, dataset)
    session.flush()


def suggestion(session: Session, dataset: Dataset) -> dict[str, Any] | None:
    """What a dataset looks like: `{template, label, mapping: [{role, column, header}]}`."""
    columns = _columns(dataset)
    found = matching.best(
        listing(session, dataset.workspace_id), [column.label for column in columns]
    )
    if found is None:
        return None
    named = {column.label: column.name for column in columns}
    return {
        "template": found.template.name,
        "label": found.template.label,
        "mapping": [
            {"role": role, "column": named[label], "header": label}
            for role, label in found.roles.items()
        ],
    }


def reading_of(session: Session, dataset: Dataset) -> tuple[Reading, Roles]:
    """The dataset at its present version, and its columns by role."""
    reading = datasets.reading(session, dataset)
    return reading, Roles.of(dataset, reading)


def expectations(session: Session, dataset: Dataset) -> Expectations:
    """What the dataset's template says of files that are imported into it."""
    if dataset.template is None:
        return Expectations()
    template = find(session, dataset.workspace_id, dataset.template)
    return Expectations(
        template.declared(dataset.roles), template.keys_in(dataset.roles), template.conventions
    )


def _follow(
    session: Session,
    dataset: Dataset,
    template: Template,
    roles: Mapping[str, str] | None,
    actor_id: UUID | None,
) -> None:
    if dataset.version is not None:
        dataset.roles = _fitting_roles(dataset, template, roles or {})
    dataset.template = template.name
    dataset.suggested_template = None
    dataset.updated_at = now()
    session.flush()
    datasets.append_event(session, "dataset.adopted", dataset, actor_id, template=template.name)


def _fitting_roles(
    dataset: Dataset, template: Template, given: Mapping[str, str]
) -> dict[str, str]:
    """Role to column: those given, and what the headers tell of the others. Raises: Invalid."""
    columns = Columns(_columns(dataset))
    roles = _given_roles(columns, template, given)
    free = [column for column in columns if column.name not in roles.values()]
    found = matching.match(template, [column.label for column in free])
    for role, label in found.roles.items():
        column = columns.find(label)
        if role not in roles and column is not None:
            part = next(part for part in template.columns if part.role == role)
            if part.fits(column.type):
                roles[role] = column.name
    roles = template.roles_in(columns, roles)
    _check_required(template, roles)
    return roles


def _given_roles(columns: Columns, template: Template, given: Mapping[str, str]) -> dict[str, str]:
    parts = {column.role: column for column in template.columns}
    roles: dict[str, str] = {}
    errors: list[FieldError] = []
    for role, wanted in given.items():
        field, column, part = f"roles.{role}", columns.find(wanted), parts.get(role)
        if part is None:
            known = ", ".join(parts)
            message = f"The template '{template.name}' has no such role. It has {known}."
            errors.append({"field": field, "message": message})
        elif column is None:
            errors.append({"field": field, "message": columns.unknown(wanted)})
        elif not part.fits(column.type):
            message = f"'{column.name}' is of type {column.type}, but the role takes {part.type}."
            errors.append({"field": field, "message": message})
        elif column.name in roles.values():
            message = f"The column '{column.name}' plays another role already."
            errors.append({"field": field, "message": message})
        else:
            roles[role] = column.name
    if errors:
        summary = " ".join(f"{error['field']}: {error['message']}" for error in errors)
        raise Invalid(summary, errors=errors)
    return roles


def _check_required(template: Template, roles: Mapping[str, str]) -> None:
    missing = [c for c in template.columns if c.required and c.role not in roles]
    if missing:
        errors: list[FieldError] = [
            {
                "field": f"roles.{column.role}",
                "message": f"No column of type {column.type} was found for '{column.label}'; name "
                "one, or import the file again with this template.",
            }
            for column in missing
        ]
        summary = " ".join(f"{error['field']}: {error['message']}" for error in errors)
        raise Invalid(summary, errors=errors)
    if not roles:
        raise invalid("template", f"No column of the dataset belongs to '{template.name}'.")


def _columns(dataset: Dataset) -> tuple[Column, ...]:
    return Columns.of(dataset.columns).items


def _is_called(dataset: Dataset, wanted: str) -> bool:
    if names.is_id(wanted):
        return dataset.id == UUID(wanted)
    return dataset.slug == names.slug_of(wanted)


def _free_dataset(
    session: Session,
    workspace_id: UUID,
    template: Template,
    wanted: str | None,
    created_by: UUID | None,
) -> Dataset:
    """The dataset of the wanted name, which follows no template yet; a new one without a name."""
    if wanted is None:
        return datasets.create(session, workspace_id, template.label, created_by=created_by)
    dataset = datasets.find_or_create(session, workspace_id, wanted, created_by=created_by)
    if dataset.template is not None:
        raise TemplateTaken(
            f"The dataset '{dataset.slug}' follows the template '{dataset.template}'. Name another "
            "dataset, or none."
        )
    return dataset


def _declared(session: Session, workspace_id: UUID, name: str) -> DeclaredTemplate:
    declared = session.scalar(
        select(DeclaredTemplate).where(
            DeclaredTemplate.workspace_id == workspace_id, DeclaredTemplate.name == name
        )
    )
    if declared is None:
        raise NotFound("There is no such template.")
    return declared


def _template(declared: DeclaredTemplate) -> Template:
    return template_of(declared.name, declared.label, declared.columns, declared.key)


def _append_event(
    session: Session, kind: str, template: DeclaredTemplate, actor_id: UUID | None
) -> None:
    events.append(
        session,
        kind,
        workspace_id=template.workspace_id,
        subject="template",
        subject_id=template.id,
        payload={"template": template.name},
        actor_id=actor_id,
    )
