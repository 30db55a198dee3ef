from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["processing", "ready", "failed"]
JobState = Literal["pending", "running", "succeeded", "failed", "cancelled"]
EXAMPLE_RECORD = {
    "ordernumber": 10107,
    "sales": 2871.00,
    "orderdate": "2003-02-24T00:00:00",
    "country": "USA",
    "addressline2": None,
}


class ImportProgress(BaseModel):
    """How far an import is."""

    phase: Literal["waiting", "detecting", "parsing", "committing", "done"] = "waiting"
    bytes_done: int = Field(0, description="Bytes of the file that have been read.")
    bytes_total: int = Field(0, description="Size of the file, in bytes.")
    rows: int = Field(0, description="Records parsed so far.")


class ImportFailure(BaseModel):
    """Why an import failed, and how to mend it."""

    model_config = ConfigDict(extra="allow")

    code: str = Field(examples=["unreadable_file"])
    message: str
    line: int | None = None
    column: str | None = None
    hint: str | None = None


class ImportReceipt(BaseModel):
    """The balanced account: read = loaded + rejected + deduplicated + skipped."""

    read: int
    loaded: int
    rejected: int
    deduplicated: int
    skipped: int
    inserted: int
    updated: int
    unchanged: int


class ImportedFile(BaseModel):
    """The original of an import."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str = Field(examples=["sales_2024.csv"])
    size_bytes: int
    sha256: str


class ColumnDrift(BaseModel):
    """How a file's columns differed from the dataset's."""

    new: list[str] = []
    missing: list[str] = []
    retyped: list[str] = []


class LastImport(BaseModel):
    """The dataset's newest import, as `GET /api/imports/{id}` shows it."""

    id: UUID
    dataset_id: UUID
    dataset_slug: str
    dataset_name: str
    file: ImportedFile
    mode: Literal["append", "replace", "upsert"]
    key: list[str]
    status: JobState
    progress: ImportProgress
    receipt: ImportReceipt | None
    version: int | None
    error: ImportFailure | None
    plan: dict[str, Any] | None = Field(description="How the file was read.")
    notes: list[str]
    drift: ColumnDrift | None
    job_id: UUID
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    created_by: UUID | None


class SuggestedRole(BaseModel):
    """A column that would play a role."""

    role: str = Field(examples=["amount"])
    column: str = Field(examples=["sale_dollars"])
    header: str = Field(examples=["Sale (Dollars)"])


class SuggestedTemplate(BaseModel):
    """A template that the dataset looks like; adopt it by `POST …/template`."""

    template: str = Field(examples=["sales"])
    label: str = Field(examples=["Sales"])
    mapping: list[SuggestedRole]


class DatasetSummary(BaseModel):
    """A dataset, without its rows."""

    id: UUID
    slug: str = Field(examples=["sales-2024"])
    name: str = Field(examples=["Sales 2024"])
    status: Status = Field(
        description="`ready` as soon as it can be read and nothing is on its way."
    )
    row_count: int
    rows_dropped: int = Field(description="Rejected records of the last import that succeeded.")
    column_count: int
    size_bytes: int = Field(description="Size of the stored table, in bytes.")
    version: int | None = Field(description="What readers see; null before the first import ended.")
    created_at: datetime
    updated_at: datetime
    original_filename: str | None = Field(examples=["sales_2024.csv"])
    template: str | None = Field(
        None, description="The template that it follows.", examples=["sales"]
    )
    roles: dict[str, str] = Field(
        {},
        description="What its columns mean: role to name of the column.",
        examples=[{"date": "date", "amount": "amount"}],
    )
    suggested_template: SuggestedTemplate | None = Field(
        None, description="What it looks like, where it follows no template."
    )
    last_import: LastImport | None


class ColumnOut(BaseModel):
    """A column of a dataset."""

    model_config = ConfigDict(title="Column")

    name: str = Field(description="Its name in the API.", examples=["sale_dollars"])
    label: str = Field(description="The header as it was sent.", examples=["Sale (Dollars)"])
    type: str = Field(
        description="text, integer, decimal(p,s), double, boolean, date, timestamp or timestamptz.",
        examples=["decimal(18,2)"],
    )
    nullable: bool
    position: int = Field(description="Its place among the columns, from 1.")


class ColumnList(BaseModel):
    """The columns of a dataset at its present version."""

    items: list[ColumnOut]
    version: int | None


class RecordsOfPage(BaseModel):
    """One numbered page of records."""

    items: list[dict[str, Any]] = Field(examples=[[EXAMPLE_RECORD]])
    page: int
    page_size: int
    total: int = Field(description="Rows that match the filters.")


class DatasetDetail(DatasetSummary):
    """A dataset with its columns, a page of records, and key figures of them."""

    columns: list[ColumnOut]
    records: RecordsOfPage
    aggregates: dict[str, Any] = Field(
        description="For data with a column of amounts: `total_sales`, `order_count`, "
        "`average_order_value`, `sales_by_quarter`, and the ten largest of `sales_by_country`, "
        "`sales_by_customer`, `sales_by_product`, `sales_by_city`, as far as there are such "
        "columns. They follow the filters. Empty for other data.",
        examples=[
            {
                "total_sales": 10032628.85,
                "order_count": 307,
                "average_order_value": 32679.57,
                "sales_by_quarter": [
                    {"quarter": "2003-Q1", "total_sales": 445094.69, "order_count": 15}
                ],
                "sales_by_country": [
                    {"country": "USA", "total_sales": 3627982.83, "order_count": 110}
                ],
            }
        ],
    )


class DatasetPatch(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=200, examples=["Sales 2024"])
    slug: str | None = Field(None, min_length=1, max_length=80, examples=["sales-2024"])


class DatasetStatus(BaseModel):
    """How a dataset is doing; cheap enough to ask every second."""

    dataset_id: UUID
    status: Status
    row_count: int
    rows_dropped: int
    progress: ImportProgress | None = Field(description="Of the import under way, if there is one.")
    error: ImportFailure | None = Field(description="Of the last import, if it failed.")
    import_id: UUID | None = Field(description="The last import.")


class RecordsPage(BaseModel):
    """Rows of one version. Paging on reads the same version, whatever happens meanwhile."""

    items: list[dict[str, Any]] = Field(
        description="Integers beyond 2^53, decimals of more than 15 significant digits, NaN and "
        "infinities are strings; times are ISO 8601.",
        examples=[[EXAMPLE_RECORD]],
    )
    next_cursor: str | None = Field(
        description="Send it as `cursor` to get the next page; null on the last page."
    )
    version: int | None
    total: int = Field(description="Rows that match the filters at that version.")


class ChangeOut(BaseModel):
    """What became of a row. `record` is null where it was deleted, `previous` where it is new."""

    model_config = ConfigDict(title="Change")

    change: Literal["insert", "update", "delete"]
    row_id: int = Field(description="A row keeps it for life, but for one that was replaced.")
    record: dict[str, Any] | None = Field(examples=[EXAMPLE_RECORD])
    previous: dict[str, Any] | None


class ChangesPage(BaseModel):
    """The net changes between two versions. Paging on reads the same versions."""

    items: list[ChangeOut]
    next_cursor: str | None = Field(
        description="Send it as `cursor` to get the next page; null on the last page."
    )
    since: int | None = Field(description="The version that was compared with.")
    version: int | None = Field(description="Send it as `since` the next time.")


class ResultColumn(BaseModel):
    """A column of a query's result."""

    name: str = Field(examples=["sum_sales"])
    type: str = Field(examples=["decimal(38,2)"])
    label: str = Field(examples=["Sum of SALES"])


class QueryResult(BaseModel):
    """Grouped figures."""

    columns: list[ResultColumn]
    items: list[dict[str, Any]] = Field(
        examples=[[{"country": "USA", "sum_sales": 3627982.83, "count": 1004}]]
    )
    version: int | None
    truncated: bool = Field(description="Whether there are more groups than `limit`.")


class TimeOut(BaseModel):
    """The column of time to show first, and the grain that suits its span."""

    model_config = ConfigDict(title="Time")

    column: str
    label: str
    grain: Literal["hour", "day", "month", "quarter", "year"]
    min: str
    max: str


class MeasureOut(BaseModel):
    """A column to add up, or to average where a sum would mean nothing."""

    model_config = ConfigDict(title="Measure")

    column: str
    label: str
    aggregate: Literal["sum", "avg"]
    type: str


class DimensionOut(BaseModel):
    """A column to break figures down by."""

    model_config = ConfigDict(title="Dimension")

    column: str
    label: str
    distinct: int = Field(description="Different values, as far as the rows looked at tell.")


class Exploration(BaseModel):
    """What to show first of a dataset, best first."""

    version: int | None
    row_count: int
    time: TimeOut | None
    measures: list[MeasureOut]
    dimensions: list[DimensionOut]


class ValueCount(BaseModel):
    """A value of a column, and how many rows have it."""

    value: Any
    count: int


class ValueList(BaseModel):
    """Values of a column, the most frequent first."""

    items: list[ValueCount]


class VersionOut(BaseModel):
    """A version of a dataset, and what made it."""

    model_config = ConfigDict(title="Version")

    version: int
    at: datetime
    import_id: UUID | None
    author: str | None
    message: str
    kind: str = Field(examples=["append"])
    row_count: int
