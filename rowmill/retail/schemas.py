from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from rowmill.imports.schemas import ImportOut, Receipt, import_out
from rowmill.retail.service import Outcome

MOST_PRODUCTS = 100_000
NextCursor = Annotated[
    str | None,
    Field(description="Send it as `cursor` to get the next page; null on the last page."),
]
PRODUCT = {
    "product_id": "P-17",
    "category": "Beverages",
    "product_name": "Green tea",
    "name": "Green tea",
    "barcode": "0012345678905",
    "price": 2.50,
    "quantity": 40,
    "last_updated": "2025-04-02T10:00:00",
}
SALE = {"id": 0, "product_id": "P-17", "sale_date": "2025-04-02", "quantity": 3, "price": 2.50}
LEVEL = {
    "item_number": "P-17",
    "item_name": "Green tea",
    "store_number": "12",
    "store_name": None,
    "opening": 40,
    "opening_date": "2025-04-01T00:00:00",
    "received": 0,
    "sold": 43,
    "on_hand": -3,
    "minimum": 10,
    "is_low": True,
    "is_negative": True,
    "warning": "negative",
}


def _text(value: Any) -> Any:
    """Identifiers may come as JSON numbers; floats say nothing exact."""
    is_whole = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return str(value) if is_whole else value


Identifier = Annotated[str, BeforeValidator(_text), Field(max_length=200)]


class ProductIn(BaseModel):
    """A product as another system sends it; other members become columns of their own."""

    model_config = ConfigDict(extra="allow", title="Product")

    name: str | None = Field(None, max_length=1000, examples=["Green tea"])
    price: Decimal | None = Field(None, allow_inf_nan=False, examples=[2.50])
    quantity: Decimal | None = Field(None, allow_inf_nan=False, examples=[40])
    last_updated: datetime | date | None = Field(None, examples=["2025-04-02T10:00:00"])
    barcode: Identifier | None = Field(None, examples=["0012345678905"])
    product_id: Identifier | None = Field(None, examples=["P-17"])

    @model_validator(mode="after")
    def _is_identified(self) -> Self:
        if not self.barcode and not self.product_id:
            raise ValueError("A product needs a barcode, or a product_id.")
        return self

    def cells(self) -> dict[str, Any]:
        """The members that were sent."""
        known = {name: getattr(self, name) for name in type(self).model_fields}
        return {**known, **(self.model_extra or {})}


class ProductsIn(BaseModel):
    """A batch of products."""

    model_config = ConfigDict(extra="ignore", title="Products")

    products: list[ProductIn] = Field(min_length=1, max_length=MOST_PRODUCTS)

    @model_validator(mode="after")
    def _has_one_key(self) -> Self:
        by_barcode = [bool(product.barcode) for product in self.products]
        if any(by_barcode) and not all(by_barcode):
            raise ValueError("Some of the products have a barcode and some have none; send them "
                             "in two batches.")  # fmt: skip
        return self

    def rows(self) -> list[Mapping[str, Any]]:
        """The products with the members that any of them has."""
        rows = [product.cells() for product in self.products]
        used = {name for row in rows for name, value in row.items() if value is not None}
        return [{name: value for name, value in row.items() if name in used} for row in rows]


class ProductsAnswer(BaseModel):
    """What became of the products. `receipt` is null while the import goes on."""

    message: str
    status: Literal["ready", "processing"]
    receipt: Receipt | None
    dataset_id: UUID
    import_id: UUID
    job_id: UUID
    job: str = Field(description="Where to ask how far it is.", examples=["/api/imports/…"])
    details: ImportOut


class ProductPage(BaseModel):
    """A page of products."""

    products: list[dict[str, Any]] = Field(examples=[[PRODUCT]])
    next_cursor: NextCursor


class SalePage(BaseModel):
    """A page of sales."""

    sales: list[dict[str, Any]] = Field(examples=[[SALE]])
    next_cursor: NextCursor


class FilteredSalePage(BaseModel):
    """A page of the sales that match."""

    filtered_sales: list[dict[str, Any]] = Field(examples=[[SALE]])
    next_cursor: NextCursor


class CategoryPage(BaseModel):
    """A page of categories."""

    categories: list[str] = Field(examples=[["Beverages", "Kitchen"]])
    next_cursor: NextCursor


class DailyCount(BaseModel):
    """Sales of a day."""

    sale_date: date | None
    count: int


class DailyCountPage(BaseModel):
    """A page of days."""

    daily_sales_count: list[DailyCount]
    next_cursor: NextCursor


class ProductDailyCount(BaseModel):
    """Sales of a product on a day."""

    sale_date: date | None
    product_id: str | None
    count: int


class ProductDailyCountPage(BaseModel):
    """A page of products by day."""

    product_daily_sales_count: list[ProductDailyCount]
    next_cursor: NextCursor


class CategorySales(BaseModel):
    """What a category was sold for. Sums beyond 15 digits are strings."""

    category: str | None = Field(description="Null: of products whose category nobody knows.")
    total_sales: float | str = Field(description="The sum of price × quantity, exact.")
    total_count: int


class CategorySalesPage(BaseModel):
    """A page of categories with their sales."""

    category_sales: list[CategorySales]
    next_cursor: NextCursor


class HelpRoute(BaseModel):
    """A route of this server."""

    endpoint: str
    methods: list[str]
    route: str
    description: str


class Help(BaseModel):
    """The routes of this server."""

    routes: list[HelpRoute]


class Level(BaseModel):
    """Stock of an item in a store; quantities beyond 15 digits are strings."""

    item_number: str | None
    item_name: str | None
    store_number: str | None
    store_name: str | None
    opening: float | str | None = Field(description="Null where nothing tells an opening.")
    opening_date: datetime | None
    received: float | str
    sold: float | str = Field(description="Sold since the opening's date.")
    on_hand: float | str | None = Field(description="opening + received - sold")
    minimum: float | None = Field(description="The reorder level.")
    is_low: bool = Field(description="Whether no more than the reorder level is on hand.")
    is_negative: bool
    warning: Literal["negative", "no_opening"] | None


class StockTotals(BaseModel):
    """Over all levels that match."""

    levels: int
    on_hand: float | str
    low: int
    negative: int
    without_opening: int = Field(description="Levels of items that were sold but never counted in.")


class StockPage(BaseModel):
    """A page of levels."""

    items: list[Level] = Field(examples=[[LEVEL]])
    next_cursor: NextCursor
    totals: StockTotals
    is_counted: bool = Field(
        description="Whether a stock or products dataset tells how many there were of anything."
    )


class StoreOfStock(BaseModel):
    """A store that has stock. It may have only a number, or only a name."""

    number: str | None = Field(examples=["2001"])
    name: str | None = Field(examples=["Corner Spirits"])


class StoresOfStock(BaseModel):
    """Stores that have stock, by name."""

    items: list[StoreOfStock]


def products_answer(outcome: Outcome) -> ProductsAnswer:
    """What became of products that were sent."""
    run = outcome.run
    return ProductsAnswer(
        message=outcome.message,
        status="ready" if outcome.is_over else "processing",
        receipt=Receipt.model_validate(run.receipt) if run.receipt else None,
        dataset_id=run.dataset_id,
        import_id=run.id,
        job_id=run.job_id,
        job=f"/api/imports/{run.id}",
        details=import_out(run),
    )
