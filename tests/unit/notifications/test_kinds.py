from __future__ import annotations

from typing import Any

import pytest

from rowmill.errors import Invalid
from rowmill.models import Event
from rowmill.notifications.kinds import DERIVED, KINDS, checked, logged, occurrences


def told(event: Event, *chosen: str, above: int = 0, drift: Any = None) -> list[str]:
    found = occurrences(event, None, chosen=chosen, rejects_above=above, drift=drift)
    return [one.kind for one in found]


def succeeded(rejected: int = 0) -> Event:
    return Event(kind="import.succeeded", payload={"receipt": {"rejected": rejected}})


def test_an_event_is_told_to_those_who_chose_it_alone() -> None:
    failed = Event(kind="import.failed", payload={})
    assert told(failed, "import.failed", "import.succeeded") == ["import.failed"]
    assert told(failed, "*") == ["import.failed"]
    assert told(failed, "import.succeeded") == []


def test_accounts_and_keys_are_not_told_to_those_who_chose_everything() -> None:
    assert told(Event(kind="key.created", payload={}), "*") == []
    assert not any(kind.startswith(("user.", "key.", "session.")) for kind in KINDS)


@pytest.mark.parametrize(
    ("rejected", "above", "is_told"), [(0, 0, False), (1, 0, True), (10, 10, False), (11, 10, True)]
)
def test_rejects_are_told_above_the_threshold(rejected: int, above: int, is_told: bool) -> None:  # noqa: FBT001
    assert told(succeeded(rejected), "import.rejects", above=above) == ["import.rejects"] * is_told


def test_drift_is_told_where_the_file_differed() -> None:
    assert told(succeeded(), "import.drift", drift={"new": ["x"], "missing": []}) == [
        "import.drift"
    ]
    assert told(succeeded(), "import.drift", drift={"new": [], "missing": []}) == []
    assert told(succeeded(), "import.drift", drift={"retyped": ["amount"]}) == []
    assert told(succeeded(), "import.drift") == []


def test_what_follows_from_an_event_is_looked_for_in_that_one() -> None:
    assert logged(["import.rejects"]) == {"import.succeeded"}
    assert logged(["*"]) == set(KINDS) - set(DERIVED)


def test_kinds_are_kept_once_and_in_one_order() -> None:
    assert checked(["sync.failing", "import.failed", "sync.failing"]) == [
        "import.failed",
        "sync.failing",
    ]
    assert checked(["import.failed", "*"]) == ["*"]


def test_an_event_that_does_not_exist_is_named() -> None:
    with pytest.raises(Invalid, match=r"events: .*'import\.exploded'"):
        checked(["import.failed", "import.exploded"])
