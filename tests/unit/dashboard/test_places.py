from __future__ import annotations

import pytest

from rowmill.dashboard.places import Place, place_of


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("POINT (-93.596754 41.554101)", Place(-93.596754, 41.554101)),
        ("point(-93.5 41)", Place(-93.5, 41)),
        ("1013 MAIN\nKEOKUK 52632\n(40.39978, -91.387531)", Place(-91.387531, 40.39978)),
        ("(42.0, -93.6)", Place(-93.6, 42.0)),
        ("somewhere (near 4)", None),
        ("POINT (-193.5 41.5)", None),
        ("(99.0, 10.0)", None),
        ("", None),
        (None, None),
    ],
)
def test_a_store_is_where_its_text_says(text: str | None, place: Place | None) -> None:
    assert place_of(text) == place
