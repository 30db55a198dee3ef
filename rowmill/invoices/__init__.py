"""Invoices as groups of rows of the sales dataset: list, create, change, delete."""
