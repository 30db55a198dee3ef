"""Declared schemas with header aliases, by which known kinds of files are recognised."""
