"""Products, sales and stock: presets over datasets, and their published API."""
