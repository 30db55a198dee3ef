from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from rowmill.mill import Seen
from rowmill.templates import schemas as templates
from rowmill.templates.matching import Match

LONGEST_SAMPLE = 200
"""Characters of a value that are shown."""
EXAMPLE: dict[str, Any] = {
    "format": "csv",
    "container": None,
    "member": None,
    "sheet": None,
    "sheets": [],
    "records": None,
    "columns": [
        {"name": "sale_date", "label": "Sale Date", "type": "date", "samples": ["2026-01-31"]},
        {"name": "amount", "label": "Amount", "type": "decimal(18,2)", "samples": ["19.90"]},
    ],
    "notes": [],
    "match": {
        "template": None,
        "label": None,
        "mapping": [],
        "missing": [],
        "extra": ["Sale Date", "Amount"],
        "share": 0.0,
    },
}


class SeenColumn(BaseModel):
    """A column of a file."""

    name: str = Field(description="Its name in a new dataset.")
    label: str = Field(description="The header as the file has it.")
    type: str = Field(description="By what is seen; the import may find that it is wider.")
    samples: list[str | None] = Field(description="Its first values, as the file has them.")


class Recognition(BaseModel):
    """How a file would be read, and the template that it looks like."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    format: str
    container: str | None = Field(description="What the file is packed in, such as `gzip`.")
    member: str | None = Field(description="The file that was taken from a ZIP archive.")
    sheet: str | None = Field(description="The sheet of a workbook that is read.")
    sheets: list[str] = Field(description="All sheets of a workbook.")
    records: str | None = Field(
        description="Where the records of a JSON document are: the keys that lead to them."
    )
    columns: list[SeenColumn]
    notes: list[str]
    match: templates.MatchOut = Field(
        description="The template that the header looks like, or how it fits the one you named. "
        "What the template does not know is kept as it is."
    )


def recognition(seen: Seen, found: Match | None) -> Recognition:
    """What was seen as clients see it."""
    plan = seen.plan
    return Recognition(
        format=plan.format,
        container=plan.container,
        member=plan.member,
        sheet=plan.sheet,
        sheets=list(plan.sheets),
        records=plan.records,
        columns=[
            SeenColumn(
                name=column.name,
                label=column.label,
                type=column.type,
                samples=[_shown(record[index]) for record in seen.records],
            )
            for index, column in enumerate(plan.columns)
        ],
        notes=list(plan.notes),
        match=templates.match_out(found, [column.label for column in plan.columns]),
    )


def _shown(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST_SAMPLE else f"{text[:LONGEST_SAMPLE]}…"
