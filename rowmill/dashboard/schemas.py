from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Values = list[str]
Grain = Literal["day", "week", "month", "quarter"]


class DashboardFilters(BaseModel):
    """Which sales count. A filter given several times accepts any of its values, an empty value
    those without one; different filters all have to hold.
    """

    model_config = ConfigDict(extra="forbid")

    store_name: Values = []
    city: Values = Field([], examples=[["Ames", "Des Moines"]])
    zip: Values = []
    zip_code: Values = Field([], description="The same as `zip`.")
    store_location: Values = []
    county_number: Values = []
    county: Values = []
    category: Values = []
    category_name: Values = []
    vendor_number: Values = []
    vendor_name: Values = []
    item_number: Values = []
    store_number: Values = []
    item_name: Values = []
    country: Values = []
    customer: Values = []
    date_from: date | None = Field(None, examples=["2024-01-01"])
    date_to: date | None = Field(None, description="Last day, inclusive.", examples=["2024-12-31"])

    def given(self) -> dict[str, list[str]]:
        """The values of each filter."""
        found: dict[str, list[str]] = self.model_dump(exclude={"date_from", "date_to"})
        found["zip"] = [*found["zip"], *found.pop("zip_code")]
        return found


class DashboardQuery(DashboardFilters):
    """Which sales count, in which grain."""

    grain: Grain = Field("month", description="Length of the periods of the series.")
    top: int = Field(10, ge=1, le=1000, description="Most entries of each breakdown.")


class ValuesQuery(DashboardFilters):
    """Which values are wanted."""

    field: str = Field(description="One of the filters.", examples=["city"])
    q: str = Field("", max_length=200, description="What the values contain, whatever the case.")
    limit: int = Field(20, ge=1, le=1000)


class FiguresOut(BaseModel):
    """Exact decimals as text; null where the dataset has no columns that tell."""

    model_config = ConfigDict(title="SalesFigures")

    sales: str | None = Field(examples=["1234.50"])
    profit: str | None = Field(examples=["411.50"])
    units: str | None = Field(examples=["120"])
    orders: int


class Period(FiguresOut):
    """Figures of one period, named by its first day."""

    period: date
    stock: str | None


class BreakdownItem(FiguresOut):
    """Figures of one value. Send `value` as the breakdown's filter to see only these."""

    value: str | None
    label: str | None


class BreakdownRest(FiguresOut):
    """Figures of all that is not listed."""

    groups: int


class Breakdown(BaseModel):
    """Largest sales first."""

    filter: str = Field(description="Name of the filter that a value belongs to.")
    items: list[BreakdownItem]
    rest: BreakdownRest | None


class StorePlace(FiguresOut):
    """A store on the map."""

    store: str | None
    longitude: float
    latitude: float


class Kpi(BaseModel):
    """A key figure, in the period asked for and in the one before it."""

    value: str | int | None
    previous: str | int | None = Field(
        description="Of as many days just before; null where no dates are given."
    )
    change: float | None = Field(description="Growth as a share: 0.1 is ten percent more.")


class Kpis(BaseModel):
    """The key figures."""

    sales: Kpi
    profit: Kpi
    margin: Kpi
    units: Kpi
    orders: Kpi
    average_order: Kpi
    stock: Kpi


class DashboardDataset(BaseModel):
    """The sales dataset."""

    id: str
    slug: str
    name: str


class Dashboard(BaseModel):
    """Sales, profit and stock of what matches. Zeros where nothing does."""

    dataset: DashboardDataset | None = Field(description="Null where there are no sales yet.")
    version: int | None
    grain: Grain
    date_from: date | None
    date_to: date | None
    first_date: date | None = Field(description="First day of all sales, whatever is asked for.")
    last_date: date | None
    filters: dict[str, list[str]]
    available_filters: list[str] = Field(description="Those that the dataset has a column for.")
    total_sales: str | None = Field(examples=["10032628.85"])
    total_profit: str | None
    total_stock: str | None
    stock_basis: Literal["on_hand", "units_sold"] = Field(
        description="Whether a stock or products dataset tells what is on hand; by item and store "
        "only, other filters do not narrow it. Otherwise the units sold are shown."
    )
    kpis: Kpis
    series: list[Period]
    breakdowns: dict[str, Breakdown] = Field(
        description="By city, county, zip, category, vendor, store, item, country and customer, "
        "as far as there are such columns."
    )
    stores: list[StorePlace]
    unavailable: dict[str, str] = Field(
        description="What cannot be told, each with the reason.",
        examples=[{"profit": "The sales dataset has no unit cost, or no quantity."}],
    )


class DashboardValue(BaseModel):
    """A value of a filter, and how many rows have it."""

    value: str
    count: int


class DashboardValues(BaseModel):
    """The most frequent values first."""

    items: list[DashboardValue]
