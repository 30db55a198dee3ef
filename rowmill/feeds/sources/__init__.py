"""The places that feeds read from, all alike to who reads."""

from __future__ import annotations

from rowmill.feeds.sources.base import CannotResume, Source
from rowmill.feeds.sources.opening import Connection, check, open_source

__all__ = ["CannotResume", "Connection", "Source", "check", "open_source"]
