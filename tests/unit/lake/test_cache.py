from __future__ import annotations

from rowmill.lake.cache import BoundedCache


def test_the_value_unused_for_longest_gives_way() -> None:
    cache: BoundedCache[str] = BoundedCache(10)
    cache.put("a", "A", 4)
    cache.put("b", "B", 4)
    assert cache.get("a") == "A"
    cache.put("c", "C", 4)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == ("A", None, "C")


def test_a_value_heavier_than_everything_is_not_kept_and_evicts_nothing() -> None:
    cache: BoundedCache[str] = BoundedCache(10)
    cache.put("a", "A", 10)
    cache.put("b", "B", 11)
    assert (cache.get("a"), cache.get("b")) == ("A", None)


def test_putting_again_counts_the_weight_once() -> None:
    cache: BoundedCache[str] = BoundedCache(10)
    for _ in range(5):
        cache.put("a", "A", 6)
    cache.put("b", "B", 4)
    assert (len(cache), cache.get("a"), cache.get("b")) == (2, "A", "B")


def test_a_forgotten_value_is_gone_and_its_weight_with_it() -> None:
    cache: BoundedCache[str] = BoundedCache(4)
    cache.put("a", "A", 4)
    cache.remove("a")
    cache.remove("a")
    cache.put("b", "B", 4)
    assert (cache.get("a"), cache.get("b")) == (None, "B")


def test_no_capacity_keeps_nothing() -> None:
    cache: BoundedCache[str] = BoundedCache(0)
    cache.put("a", "A")
    assert cache.get("a") is None
