"""Feeds: scheduled inbound sources, from which new files come in by themselves."""
