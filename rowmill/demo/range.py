"""The invented beverage chain of the demo: its shops in real towns, its suppliers, its range."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Town:
    """A town of Iowa with shops: `size` is how much it sells beside others."""

    city: str
    zip: str
    county_number: int
    county: str
    longitude: float
    latitude: float
    shops: int
    size: float


@dataclass(frozen=True)
class Line:
    """A category of the range: its price level and the month in which it sells best."""

    number: int
    name: str
    cost: float
    best_month: int
    brands: tuple[str, ...]


TOWNS = (
    Town("Des Moines", "50309", 77, "Polk", -93.6250, 41.5868, 4, 1.5),
    Town("Cedar Rapids", "52401", 57, "Linn", -91.6656, 41.9779, 3, 1.2),
    Town("Davenport", "52801", 82, "Scott", -90.5776, 41.5236, 2, 1.1),
    Town("Sioux City", "51101", 97, "Woodbury", -96.4003, 42.4963, 2, 0.9),
    Town("Iowa City", "52240", 52, "Johnson", -91.5302, 41.6611, 2, 1.3),
    Town("Waterloo", "50701", 7, "Black Hawk", -92.3426, 42.4928, 2, 0.8),
    Town("Ames", "50010", 85, "Story", -93.6199, 42.0308, 2, 1.0),
    Town("Council Bluffs", "51501", 78, "Pottawattamie", -95.8608, 41.2619, 1, 0.9),
    Town("Dubuque", "52001", 31, "Dubuque", -90.6646, 42.5006, 1, 0.9),
    Town("Ankeny", "50021", 77, "Polk", -93.6001, 41.7318, 1, 1.0),
    Town("Mason City", "50401", 17, "Cerro Gordo", -93.2010, 43.1536, 1, 0.6),
    Town("Burlington", "52601", 29, "Des Moines", -91.1129, 40.8075, 1, 0.5),
    Town("Fort Dodge", "50501", 94, "Webster", -94.1680, 42.4975, 1, 0.5),
    Town("Ottumwa", "52501", 90, "Wapello", -92.4113, 41.0195, 1, 0.5),
    Town("Marshalltown", "50158", 64, "Marshall", -92.9080, 42.0494, 1, 0.5),
    Town("Decorah", "52101", 96, "Winneshiek", -91.7857, 43.3033, 1, 0.4),
)

SHOPS = ("Market Street Cellar", "Corner Spirits", "Riverside Beverages", "The Bottle House",
         "Prairie Drinks", "Depot Wine & Spirits", "Cask & Crate")  # fmt: skip
STREETS = ("Main St", "2nd Ave", "Court Ave", "Locust St", "Mill Rd", "Grand Ave", "Park Dr")

LINES = (
    Line(1031100, "American Vodkas", 7.4, 7, ("Birch River", "Clear Line", "North Field")),
    Line(1011200, "Straight Bourbon Whiskies", 14.2, 12,
         ("Old Ferry", "Copper Bend", "Four Barns", "Hollow Oak")),
    Line(1012100, "Canadian Whiskies", 9.8, 11, ("Maple Gate", "Lake Shore")),
    Line(1062400, "Spiced Rum", 10.5, 7, ("Harbour Light", "Red Anchor")),
    Line(1022200, "100% Agave Tequila", 17.9, 5, ("Casa Lindero", "Tres Piedras", "Alta Mesa")),
    Line(1041100, "American Dry Gins", 10.9, 6, ("Juniper Hall", "Meadow & Co")),
    Line(1081600, "Cream Liqueurs", 11.3, 12, ("Dairy Lane", "Winter Kitchen")),
    Line(1051100, "American Brandies", 8.6, 12, ("Orchard Hill", "Amber Road")),
    Line(1071100, "Cocktails, Ready to Drink", 5.2, 7, ("Porch Swing", "Sundown", "Lakeside")),
    Line(1701100, "Temporary & Specialty Packages", 19.5, 12, ("Festive Box",)),
)  # fmt: skip

VENDORS = (
    "Heartland Distilling Co", "Great River Imports", "Bluestem Beverages", "Two Rivers Trading",
    "Prairie Rose Spirits", "Summit Drinks Group", "Loess Hills Distillery", "Twin Lakes Brands",
    "Cornerstone Wines", "Northern Star Imports", "Amana Road Company", "Old Mill Spirits",
)  # fmt: skip

SIZES = ((200, 24, 0.4), (375, 12, 0.6), (750, 12, 1.0), (1000, 12, 1.25), (1750, 6, 1.9))
"""Millilitres, bottles in a case, and the price beside that of 750 ml."""

SUFFIXES = ("", "Reserve", "Small Batch", "Gold", "No. 9", "Peach", "Cherry", "Honey")
