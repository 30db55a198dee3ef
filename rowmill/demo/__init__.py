"""Generated sales, products and stock, for a newcomer to see everything at work."""
