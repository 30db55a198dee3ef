"""Syncs: scheduled deliveries of a dataset's changes to other systems."""
