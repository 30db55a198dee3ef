"""Measures the budgets, each as a ratio to a reference in the same run. `make bench` runs it."""
