"""The layouts in which files of sales, products and stock arrive: headers, and a few rows."""

from __future__ import annotations

IOWA = (
    "Invoice/Item Number,Date,Store Number,Store Name,Address,City,Zip Code,Store Location,"
    "County Number,County,Category,Category Name,Vendor Number,Vendor Name,Item Number,"
    "Item Description,Pack,Bottle Volume (ml),State Bottle Cost,State Bottle Retail,Bottles Sold,"
    "Sale (Dollars),Volume Sold (Liters),Volume Sold (Gallons)"
)
"""The portal's headers."""

IOWA_FIELDS = (
    "invoice_line_no,date,store,store_name,address,city,zipcode,store_location,county_number,"
    "county,category,category_name,vendor_no,vendor_name,itemno,im_desc,pack,bottle_volume_ml,"
    "state_bottle_cost,state_bottle_retail,sale_bottles,sale_dollars,sale_liters,sale_gallons"
)
"""The portal's field names."""

IOWA_OLD = (
    "Invoice/Item Number,Date,Store Number,store_name,Address,City,Zip Code,Store Location,"
    "County Number,County,Category,category_name,Vendor Number,vendor_name,Item Number,item_desc,"
    "Pack,Bottle Volume (ml),State Bottle Cost,State Bottle Retail,Bottles Sold,Sale (Dollars),"
    "Volume Sold (Liters),Volume Sold (Gallons)"
)
"""The same with some headers in another spelling."""

CLASSIC = (
    "ORDERNUMBER,QUANTITYORDERED,PRICEEACH,ORDERLINENUMBER,SALES,ORDERDATE,STATUS,QTR_ID,MONTH_ID,"
    "YEAR_ID,PRODUCTLINE,MSRP,PRODUCTCODE,CUSTOMERNAME,PHONE,ADDRESSLINE1,ADDRESSLINE2,CITY,STATE,"
    "POSTALCODE,COUNTRY,TERRITORY,CONTACTLASTNAME,CONTACTFIRSTNAME,DEALSIZE"
)
TILL = "product_id,sale_date,quantity,price"
PRODUCT_INFO = "product_id,product_name,category"
PRODUCTS = "name,price,quantity,last_updated,barcode"
STOCK = "item_number,store_number,quantity,date,reorder level"

IOWA_ROWS = (
    "INV-1,01/31/2024,2130,Sycamore Convenience,12 Main St,Waterloo,50703,POINT (-92.33 42.49),"
    "7,BLACK HAWK,1031100,AMERICAN VODKAS,434,LUXCO INC,36308,Hawkeye Vodka,6,1750,7.17,10.76,"
    "12,129.12,21.0,5.54\n"
    'INV-2,02/29/2024,"2,130",Sycamore Convenience,12 Main St,Waterloo,50703.0,,'
    "7.0,BLACK HAWK,1031100.0,AMERICAN VODKAS,434.0,LUXCO INC,36308,Hawkeye Vodka,6,"
    '"1,750",7.17,10.76,"1,000","10,760.00",1750.0,462.30\n'
    "INV-3,02/29/2024,4829,Central City 2,1501 Michigan Ave,Des Moines,712-2,,"
    "77,POLK,,,434,LUXCO INC,00123,Blackberry Brandy,12,375,3.5,5.25,-3,-15.75,-1.13,-0.3\n"
    ",,,,,,,,,,,,,,,,,,,,,,,\n"
)
"""Rows of Iowa's layout with its dirt: marks in numbers, blanks, a blank last row."""
