"""The templates that every workspace has: sales, products, stock.

Their aliases cover the layouts of Iowa's liquor sales (the portal's headers, its field names and
the older spelling), of the classic sales sample (`ORDERNUMBER` …), of the daily files of a till
(`product_id, sale_date, quantity, price`) and of product lists.
"""

from __future__ import annotations

from typing import Final

from rowmill.mill import Convention
from rowmill.models import ImportMode
from rowmill.templates.declared import Measure, Template, TemplateColumn


def _column(
    role: str, label: str, column_type: str, *aliases: str, required: bool = False
) -> TemplateColumn:
    return TemplateColumn(role, label, column_type, aliases, role, required)


_ITEM_NUMBERS: Final = (
    "Product ID", "Item No", "Item ID", "Item Code", "Item", "Product Code", "Product Number",
    "Product No", "SKU", "Article Number", "Article No",
)  # fmt: skip
_ITEM_NAMES: Final = (
    "Item Description", "Item Desc", "im_desc", "Product Name", "Product Description", "Product",
    "Description",
)  # fmt: skip
_STORE_NUMBERS: Final = ("Store No", "Store ID", "Store", "Shop Number", "Shop ID", "Branch Number")
_STORE_NAMES: Final = ("Shop Name", "Shop", "Branch", "Branch Name", "Warehouse")
_UNIT_COSTS: Final = ("State Bottle Cost", "Cost", "Cost Price", "Purchase Price", "Cost Each")

SALES: Final = Template(
    name="sales",
    label="Sales",
    description="One row for each item sold: when, where, what, how many, for how much.",
    columns=(
        _column(
            "number", "Invoice Number", "identifier",
            "Invoice/Item Number", "Invoice and Item Number", "invoice_line_no", "Invoice",
            "Invoice No", "Invoice ID", "Order Number", "Order No", "Order ID", "Order",
            "Transaction ID", "Transaction Number", "Receipt Number", "Sale ID",
        ),
        _column("line", "Line", "integer", "Line Number", "Line No", "Order Line Number",
                "Invoice Line", "Order Line"),
        _column("date", "Date", "moment", "Sale Date", "Order Date", "Invoice Date",
                "Transaction Date", "Date of Sale", "Sold On", "Sold At", required=True),
        _column("store_number", "Store Number", "identifier", *_STORE_NUMBERS),
        _column("store_name", "Store Name", "text", *_STORE_NAMES),
        _column("address", "Address", "text", "Address Line 1", "Store Address", "Street"),
        _column("city", "City", "text", "Town", "Store City"),
        _column("zip", "Zip Code", "identifier", "Zip", "Postal Code", "Postcode"),
        _column("store_location", "Store Location", "text", "Location", "Coordinates"),
        _column("county_number", "County Number", "identifier", "County No", "County ID"),
        _column("county", "County", "text", "County Name"),
        _column("country", "Country", "text", "Country Name"),
        _column("customer", "Customer", "text", "Customer Name", "Client", "Client Name", "Buyer"),
        _column("category", "Category", "identifier", "Category Number", "Category ID",
                "Category Code"),
        _column("category_name", "Category Name", "text", "Product Line", "Product Category"),
        _column("vendor_number", "Vendor Number", "identifier", "Vendor No", "Vendor ID",
                "Supplier Number", "Supplier ID"),
        _column("vendor_name", "Vendor Name", "text", "Vendor", "Supplier", "Supplier Name"),
        _column("item_number", "Item Number", "identifier", *_ITEM_NUMBERS),
        _column("item_name", "Item Name", "text", *_ITEM_NAMES),
        _column("pack", "Pack", "number", "Pack Size"),
        _column("volume_ml", "Volume (ml)", "number", "Bottle Volume (ml)", "Bottle Volume"),
        _column("unit_cost", "Unit Cost", "decimal", *_UNIT_COSTS),
        _column("unit_price", "Unit Price", "decimal", "State Bottle Retail", "Price Each",
                "Price", "Sale Price", "Retail Price", "Item Price"),
        _column("quantity", "Quantity", "number", "Bottles Sold", "Sale Bottles",
                "Quantity Ordered", "Quantity Sold", "Qty", "Units", "Units Sold"),
        _column("amount", "Amount", "decimal", "Sale (Dollars)", "Sales", "Sale Amount",
                "Sales Amount", "Line Total", "Total", "Total Price", "Total Amount", "Revenue"),
    ),
    keys=(("number", "line"), ("number", "item_number"), ("number",)),
    signs=(
        frozenset({"date", "amount", "number"}),
        frozenset({"date", "amount", "item_number"}),
        frozenset({"date", "amount", "item_name"}),
        frozenset({"date", "quantity", "unit_price"}),
    ),
    measures=(
        Measure("sales", "Sales", "amount, or quantity × unit price where there is no amount",
                ("amount", "quantity", "unit_price")),
        Measure("cost", "Cost", "quantity × unit cost", ("quantity", "unit_cost")),
        Measure("profit", "Profit", "sales - cost",
                ("amount", "quantity", "unit_price", "unit_cost")),
    ),
    conventions=(Convention(day_first=False, headers=("State Bottle Retail",)),),
)  # fmt: skip

PRODUCTS: Final = Template(
    name="products",
    label="Products",
    description="One row for each product: what it is called, what it costs, how many there are.",
    columns=(
        _column("item_number", "Item Number", "identifier", *_ITEM_NUMBERS),
        _column("item_name", "Item Name", "text", "Name", *_ITEM_NAMES, "Title"),
        _column("barcode", "Barcode", "identifier", "Bar Code", "EAN", "EAN-13", "UPC", "GTIN"),
        _column("category", "Category", "identifier", "Category Number", "Category ID",
                "Category Code"),
        _column("category_name", "Category Name", "text", "Product Category", "Product Line"),
        _column("price", "Price", "decimal", "Unit Price", "Retail Price", "Sale Price",
                "State Bottle Retail", "MSRP", "List Price"),
        _column("unit_cost", "Unit Cost", "decimal", *_UNIT_COSTS),
        _column("quantity", "Quantity", "number", "Qty", "Stock", "In Stock", "On Hand",
                "Stock Quantity", "Units"),
        _column("updated", "Last Updated", "moment", "Updated At", "Last Update", "Modified",
                "Modified At", "Last Modified"),
    ),
    keys=(("barcode",), ("item_number",)),
    mode=ImportMode.UPSERT,
    signs=(
        frozenset({"barcode", "item_name"}),
        frozenset({"barcode", "price"}),
        frozenset({"item_number", "item_name", "category"}),
        frozenset({"item_number", "item_name", "category_name"}),
        frozenset({"item_number", "item_name", "price"}),
    ),
)  # fmt: skip

STOCK: Final = Template(
    name="stock",
    label="Stock",
    description="One row for each item in each store: how many there were, and when.",
    columns=(
        _column("item_number", "Item Number", "identifier", *_ITEM_NUMBERS, required=True),
        _column("item_name", "Item Name", "text", *_ITEM_NAMES, "Name"),
        _column("store_number", "Store Number", "identifier", *_STORE_NUMBERS),
        _column("store_name", "Store Name", "text", *_STORE_NAMES),
        _column("quantity", "Quantity", "number", "Opening Quantity", "Opening Stock", "Opening",
                "On Hand", "Quantity on Hand", "Stock", "In Stock", "Stock Quantity", "Qty",
                "Units", "Count", required=True),
        _column("received", "Received", "number", "Units Received", "Quantity Received",
                "Delivered", "Purchased"),
        _column("date", "Date", "moment", "As Of", "Stock Date", "Opening Date", "Count Date",
                "Counted At", "Last Updated", "Updated At"),
        _column("minimum", "Reorder Level", "number", "Minimum Stock", "Minimum Quantity",
                "Min Stock", "Min Quantity", "Min", "Reorder Point", "Safety Stock"),
    ),
    keys=(("item_number", "store_number"), ("item_number", "store_name"), ("item_number",)),
    mode=ImportMode.UPSERT,
    signs=(
        frozenset({"item_number", "quantity", "minimum"}),
        frozenset({"item_number", "quantity", "store_number"}),
        frozenset({"item_number", "quantity", "store_name"}),
    ),
)  # fmt: skip

BUILT_IN: Final = {template.name: template for template in (SALES, PRODUCTS, STOCK)}
