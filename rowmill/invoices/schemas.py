from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

LARGEST_LINES = 1000
LONGEST_TEXT = 2000
READ_ONLY = frozenset({"invoice_id", "totals", "line_count"})


def _text(value: object) -> object:
    """Numbers are welcome where a text is wanted: item numbers are often sent as such."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return value.strip() or None
    return value


Text = Annotated[Annotated[str, Field(max_length=LONGEST_TEXT)] | None, BeforeValidator(_text)]
Figure = Annotated[Decimal, Field(max_digits=30, decimal_places=12, allow_inf_nan=False)] | None
FigureText = Annotated[str | None, Field(description="An exact decimal, as text.")]


class StoreIn(BaseModel):
    """Where it was sold."""

    model_config = ConfigDict(extra="forbid", title="InvoiceStoreInput")

    number: Text = Field(None, examples=["2633"])
    name: Text = Field(None, examples=["Hy-Vee #3"])
    address: Text = None
    city: Text = Field(None, examples=["Des Moines"])
    zip: Text = Field(None, examples=["50320"])
    location: Text = Field(None, examples=["POINT (-93.596754 41.554101)"])
    county_number: Text = None
    county: Text = Field(None, examples=["POLK"])


class LineIn(BaseModel):
    """An item sold."""

    model_config = ConfigDict(extra="forbid", title="InvoiceLineInput")

    line: int | None = Field(
        None, ge=1, le=10**9, description="Of a line that is there already: the one to keep."
    )
    item_number: Text = Field(None, examples=["35918"])
    item_name: Text = Field(None, examples=["Five O'clock Vodka"])
    category: Text = None
    category_name: Text = None
    vendor_number: Text = None
    vendor_name: Text = None
    pack: Figure = None
    volume_ml: Figure = None
    quantity: Figure = Field(None, examples=["12"])
    unit_price: Figure = Field(None, examples=["10.75"])
    unit_cost: Figure = Field(None, examples=["7.17"])
    amount: Figure = Field(
        None, description="Quantity × unit price; computed where it is left out."
    )
    extra: dict[str, Any] = Field(
        default_factory=dict,
        description="Further columns of the dataset, by name. Those left out stay as they are.",
    )


class InvoiceIn(BaseModel):
    """An invoice as it is to be."""

    model_config = ConfigDict(extra="forbid", title="InvoiceInput")

    number: Text = Field(None, examples=["INV-2026-0001"], description="Unique.")
    date: Text = Field(None, examples=["2026-01-31"], description="A date, or a date and time.")
    store: StoreIn | None = None
    customer: Text = Field(None, examples=["Land of Toys Inc."])
    country: Text = None
    lines: list[LineIn] = Field(default_factory=list, max_length=LARGEST_LINES)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_computed(cls, body: Any) -> Any:
        """What was read may be sent back as it is."""
        if not isinstance(body, dict):
            return body
        return {key: value for key, value in body.items() if key not in READ_ONLY}


class InvoicePatch(InvoiceIn):
    """What to change of an invoice; what is left out stays. Lines that are given replace all."""

    model_config = ConfigDict(extra="forbid", title="InvoicePatch")


class StoreOut(BaseModel):
    model_config = ConfigDict(title="InvoiceStore")

    number: str | None
    name: str | None
    address: str | None
    city: str | None
    zip: str | None
    location: str | None
    county_number: str | None
    county: str | None


class TotalsOut(BaseModel):
    """Exact sums over the lines. Cost and profit are null where no line tells its cost."""

    model_config = ConfigDict(title="InvoiceTotals")

    quantity: FigureText = Field(examples=["12"])
    amount: FigureText = Field(examples=["129.00"])
    cost: FigureText = Field(examples=["86.04"])
    profit: FigureText = Field(examples=["42.96"])


class LineOut(BaseModel):
    """An item sold. Figures are exact decimals as text."""

    model_config = ConfigDict(title="InvoiceLine")

    line: int
    item_number: str | None
    item_name: str | None
    category: str | None
    category_name: str | None
    vendor_number: str | None
    vendor_name: str | None
    pack: FigureText
    volume_ml: FigureText
    quantity: FigureText
    unit_price: FigureText
    unit_cost: FigureText
    amount: FigureText
    extra: dict[str, Any] = Field(description="Further columns of the dataset, by name.")


class InvoiceSummary(BaseModel):
    """An invoice without its lines."""

    invoice_id: str = Field(
        description="Names the invoice in addresses: its number, or a form of it that is safe.",
        examples=["INV-2026-0001"],
    )
    number: str
    date: str | None = Field(description="ISO 8601; with a time where the dataset has times.")
    store: StoreOut
    customer: str | None
    country: str | None
    line_count: int
    totals: TotalsOut


class Invoice(InvoiceSummary):
    """An invoice with its lines."""

    lines: list[LineOut]


class InvoicePage(BaseModel):
    """One page of invoices, all of one version of the sales dataset."""

    items: list[InvoiceSummary]
    next_cursor: str | None = Field(
        description="Send it as `cursor` to get the next page; null on the last page."
    )
    version: int | None = Field(description="Of the sales dataset; null where there is none.")


class HistoryEntry(BaseModel):
    """A change of an invoice."""

    id: int
    action: Literal["created", "updated", "deleted"]
    at: datetime
    actor: str | None = Field(description="Username of who did it.")
    version: int = Field(description="The version of the sales dataset that it made.")
    changed: list[str] = Field(description="Names of the members that changed.")
    before: Invoice | None
    after: Invoice | None


class InvoiceCount(BaseModel):
    """How many invoices match."""

    total: int
    version: int | None = Field(description="Of the sales dataset; null where there is none.")
