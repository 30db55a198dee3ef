from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from rowmill.mill.declared import FAMILIES, is_declared_type
from rowmill.mill.naming import column_names, match_key
from rowmill.models import Dataset
from rowmill.templates.declared import Template
from rowmill.templates.matching import Match

MOST_COLUMNS = 500
TYPES = (
    "text, integer, decimal(p,s), double, boolean, date, timestamp, timestamptz, or a family of "
    "types of which the first file chooses one: identifier (text that names something), number "
    "(whole, or with decimals where there are fractions), decimal, moment (date, or time)"
)
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
TemplateName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$"),
    Field(description="Small letters, digits, `-` and `_`.", examples=["returns"]),
]
EXAMPLE: dict[str, Any] = {
    "name": "returns",
    "label": "Returns",
    "columns": [
        {
            "name": "return_id",
            "label": "Return",
            "type": "identifier",
            "aliases": ["RMA", "Return Number"],
            "required": True,
        },
        {"name": "returned_on", "label": "Returned on", "type": "moment", "aliases": ["Date"]},
        {"name": "refund", "label": "Refund", "type": "decimal", "aliases": ["Amount"]},
    ],
    "key": ["return_id"],
}


class ColumnIn(BaseModel):
    """A column that a template declares."""

    model_config = ConfigDict(extra="forbid", title="DeclaredColumn")

    name: str = Field(
        min_length=1,
        max_length=120,
        description="Its name in the dataset: words of small letters and digits, joined by `_`.",
        examples=["return_id"],
    )
    label: Text = Field(description="How it is called by people.", examples=["Return"])
    type: str = Field("text", description=f"One of {TYPES}.", examples=["identifier"])
    aliases: list[Text] = Field(
        [],
        max_length=100,
        description="Other headers under which files bring it; case, blanks and signs do not "
        "count.",
        examples=[["RMA", "Return Number"]],
    )
    role: str | None = Field(
        None,
        min_length=1,
        max_length=120,
        description="What it means, such as `date` or `amount`; its name where you name none.",
    )
    required: bool = Field(
        default=False, description="Whether a file without this column is refused."
    )

    @field_validator("name")
    @classmethod
    def _is_name(cls, name: str) -> str:
        expected = column_names([name])[0]
        if name != expected:
            raise ValueError(f"'{name}' cannot be the name of a column; '{expected}' can.")
        return name

    @field_validator("type")
    @classmethod
    def _is_type(cls, name: str) -> str:
        if not is_declared_type(name):
            raise ValueError(f"'{name}' is no type. It is one of {TYPES}.")
        return name


class TemplateChange(BaseModel):
    """What a template declares, but for its name."""

    model_config = ConfigDict(extra="forbid")

    label: Text = Field(description="How it is called by people.", examples=["Returns"])
    columns: list[ColumnIn] = Field(min_length=1, max_length=MOST_COLUMNS)
    key: list[str] = Field(
        [],
        description="Columns that tell one row from another. With a key, an import updates the "
        "rows that are there; without one it adds.",
        examples=[["return_id"]],
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        names = [column.name for column in self.columns]
        _refuse_twice("The column", names)
        _refuse_twice("The role", [column.role or column.name for column in self.columns])
        spellings = {
            (match_key(text), column.name)
            for column in self.columns
            for text in (column.name, column.label, *column.aliases)
        }
        _refuse_twice("The header", [key for key, _ in spellings if key])
        unknown = [name for name in self.key if name not in names]
        if unknown:
            raise ValueError(f"The key names no column of the template: {', '.join(unknown)}.")
        return self


class TemplateIn(TemplateChange):
    """A template to declare."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    name: TemplateName


class TemplateColumnOut(BaseModel):
    """A column that a template declares."""

    model_config = ConfigDict(title="TemplateColumn")

    name: str
    label: str
    type: str
    family: bool = Field(description="Whether the first file chooses the type of this family.")
    aliases: list[str]
    role: str
    required: bool


class MeasureOut(BaseModel):
    """A figure that is derived from columns."""

    model_config = ConfigDict(title="TemplateMeasure")

    name: str
    label: str
    formula: str
    roles: list[str]


class DatasetOfTemplate(BaseModel):
    """The workspace's dataset that follows a template."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    slug: str
    name: str


class TemplateOut(BaseModel):
    """A declared schema."""

    model_config = ConfigDict(title="Template")

    name: str
    label: str
    description: str
    built_in: bool
    mode: Literal["append", "replace", "upsert"] = Field(
        description="What an import does where you name no mode."
    )
    columns: list[TemplateColumnOut]
    keys: list[list[str]] = Field(
        description="Columns that tell one row from another; the first set that a file has counts."
    )
    measures: list[MeasureOut]
    dataset: DatasetOfTemplate | None = Field(
        description="The workspace's dataset of this template, if there is one."
    )


class TemplateList(BaseModel):
    """The built-in templates, then the workspace's own."""

    items: list[TemplateOut]


class HeadersIn(BaseModel):
    """The header of a file."""

    model_config = ConfigDict(extra="forbid")

    headers: list[Annotated[str, StringConstraints(max_length=1000)]] = Field(
        min_length=1,
        max_length=10_000,
        examples=[["product_id", "sale_date", "quantity", "price"]],
    )
    template: str | None = Field(None, description="Match this template, and no other.")


class MappedColumn(BaseModel):
    """A column of a template, and the header under which the file brings it."""

    column: str
    role: str
    label: str
    type: str
    header: str


class MatchOut(BaseModel):
    """How a header fits a template. `template` is null where it looks like none."""

    model_config = ConfigDict(title="TemplateMatch")

    template: str | None
    label: str | None
    mapping: list[MappedColumn]
    missing: list[str] = Field(description="Columns of the template that the file does not have.")
    extra: list[str] = Field(description="Headers that the template does not know; they are kept.")
    share: float = Field(description="The part of the header that the template explains, 0 to 1.")


class AdoptIn(BaseModel):
    """The template to follow."""

    model_config = ConfigDict(extra="forbid")

    template: str = Field(examples=["sales"])
    roles: dict[str, str] | None = Field(
        None,
        description="Role to name or label of a column. What is left out is found by the headers.",
        examples=[{"date": "sold_on", "amount": "Total"}],
    )


class FollowedRole(BaseModel):
    """A column that plays a role."""

    role: str
    column: str
    header: str


class FollowedTemplate(BaseModel):
    """What a dataset follows, or would."""

    dataset_id: UUID
    template: str | None = Field(description="The template that the dataset follows.")
    roles: dict[str, str] = Field(description="Role to name of the column.")
    suggested_template: str | None = Field(
        description="What it looks like, where it follows no template."
    )
    mapping: list[FollowedRole]


def template_out(template: Template, dataset: Dataset | None) -> TemplateOut:
    """A template as clients see it."""
    return TemplateOut(
        name=template.name,
        label=template.label,
        description=template.description,
        built_in=template.is_built_in,
        mode=template.mode.value,
        columns=[
            TemplateColumnOut(
                name=column.name,
                label=column.label,
                type=column.type,
                family=column.type in FAMILIES,
                aliases=list(column.aliases),
                role=column.role,
                required=column.required,
            )
            for column in template.columns
        ],
        keys=[list(key) for key in template.keys],
        measures=[
            MeasureOut(name=m.name, label=m.label, formula=m.formula, roles=list(m.roles))
            for m in template.measures
        ],
        dataset=DatasetOfTemplate.model_validate(dataset) if dataset else None,
    )


def match_out(found: Match | None, headers: list[str]) -> MatchOut:
    """A match as clients see it."""
    if found is None:
        return MatchOut(template=None, label=None, mapping=[], missing=[], extra=headers, share=0.0)
    return MatchOut(
        template=found.template.name,
        label=found.template.label,
        mapping=[
            MappedColumn(
                column=column.name,
                role=column.role,
                label=column.label,
                type=column.type,
                header=found.headers[column.name],
            )
            for column in found.template.columns
            if column.name in found.headers
        ],
        missing=list(found.missing),
        extra=list(found.extra),
        share=round(found.share, 3),
    )


def followed_out(dataset: Dataset) -> FollowedTemplate:
    """What a dataset follows as clients see it."""
    labels = {column["name"]: column["label"] for column in dataset.columns}
    suggested = dataset.suggested_template
    mapping = (
        [FollowedRole.model_validate(each) for each in suggested["mapping"]]
        if suggested
        else [
            FollowedRole(role=role, column=name, header=labels.get(name, name))
            for role, name in dataset.roles.items()
        ]
    )
    return FollowedTemplate(
        dataset_id=dataset.id,
        template=dataset.template,
        roles=dataset.roles,
        suggested_template=suggested["template"] if suggested else None,
        mapping=mapping,
    )


def _refuse_twice(what: str, texts: list[str]) -> None:
    twice = [text for text, count in Counter(texts).items() if count > 1]
    if twice:
        raise ValueError(f"{what} {', '.join(map(repr, twice))} stands there twice.")
