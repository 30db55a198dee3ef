"""Memory for what never changes: anything computed from a version stays true for good."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """Values up to a total weight; those unused for longest give way. Safe from any thread."""

    def __init__(self, capacity: int) -> None:
        """Args: `capacity` is in the unit of the weights, such as bytes."""
        self._capacity = capacity
        self._weight = 0
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        """The value, or null where it is not, or no longer, kept."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: Value, weight: int = 1) -> None:
        """Keep a value. One heavier than the whole capacity is not kept."""
        with self._lock:
            self._remove(key)
            if weight > self._capacity:
                return
            self._values[key] = (value, weight)
            self._weight += weight
            while self._weight > self._capacity:
                self._remove(next(iter(self._values)))

    def remove(self, key: Hashable) -> None:
        """Forget a value, if it is kept."""
        with self._lock:
            self._remove(key)

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._values)

    def _remove(self, key: Hashable) -> None:
        _, weight = self._values.pop(key, (None, 0))
        self._weight -= weight
