"""Sales, profit and stock at a glance, filtered and broken down."""
