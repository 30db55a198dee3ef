"""Where a store is, out of the texts that sales files have for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = r"([-+]?\d{1,3}(?:\.\d+)?)"
_POINT: Final = re.compile(rf"POINT\s*\(\s*{_NUMBER}\s+{_NUMBER}\s*\)", re.IGNORECASE)
_PAIR: Final = re.compile(rf"\(\s*{_NUMBER}\s*,\s*{_NUMBER}\s*\)")


@dataclass(frozen=True)
class Place:
    """Degrees; west and south are negative."""

    longitude: float
    latitude: float


def place_of(text: str | None) -> Place | None:
    """The place in `POINT (lon lat)`, or in `(lat, lon)` somewhere in an address.

    Null where there is none, or it lies on no globe.
    """
    if text is None:
        return None
    if match := _POINT.search(text):
        place = Place(float(match[1]), float(match[2]))
    elif match := _PAIR.search(text):
        place = Place(float(match[2]), float(match[1]))
    else:
        return None
    is_real = abs(place.longitude) <= 180 and abs(place.latitude) <= 90
    return place if is_real else None
