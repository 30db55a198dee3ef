"""Rowmill: a self-hosted data inbox."""

__version__ = "0.1.0"
