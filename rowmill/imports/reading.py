"""How a file is to be read, where its sender says so: as query parameters or form fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Depends, Query

from rowmill.errors import invalid
from rowmill.mill import FORMATS, ReadOptions

_DESCRIPTIONS: Final = {
    "format": f"What the file is: {', '.join(FORMATS)}. Found by its content where not named.",
    "sheet": "The sheet of a workbook, by its name or its number from 1. The first one with a "
    "table where not named.",
    "member": "The file within a ZIP archive of several files.",
    "records": "Where the list of records is in a JSON document: the keys that lead to it, with "
    "dots, such as `result.items`.",
}
READ_OPTIONS: Final = tuple(_DESCRIPTIONS)
FORM_FIELDS: Final[dict[str, dict[str, Any]]] = {
    "format": {"type": "string", "enum": list(FORMATS), "description": _DESCRIPTIONS["format"]},
    **{
        name: {"type": "string", "description": _DESCRIPTIONS[name]}
        for name in ("sheet", "member", "records")
    },
}


def read_options(fields: Mapping[str, str | None]) -> ReadOptions:
    """The options among the fields of a form; empty ones are not meant. Raises: Invalid."""
    file_format = fields.get("format") or None
    if file_format not in {None, *FORMATS}:
        message = f"'{file_format}' is not a format; choose one of {', '.join(FORMATS)}."
        raise invalid("format", message)
    return ReadOptions(
        format=file_format,
        sheet=fields.get("sheet") or None,
        member=fields.get("member") or None,
        records=fields.get("records") or None,
    )


def _from_query(
    file_format: Annotated[
        str | None, Query(alias="format", description=_DESCRIPTIONS["format"])
    ] = None,
    sheet: Annotated[str | None, Query(description=_DESCRIPTIONS["sheet"])] = None,
    member: Annotated[str | None, Query(description=_DESCRIPTIONS["member"])] = None,
    records: Annotated[str | None, Query(description=_DESCRIPTIONS["records"])] = None,
) -> ReadOptions:
    return read_options(
        {"format": file_format, "sheet": sheet, "member": member, "records": records}
    )


ReadOptionsDep = Annotated[ReadOptions, Depends(_from_query)]
