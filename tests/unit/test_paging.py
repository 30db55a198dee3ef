from __future__ import annotations

import base64
from typing import Any

import pytest
from fastapi import Request, Response
from hypothesis import given
from hypothesis import strategies as st

from rowmill import paging
from rowmill.paging import InvalidCursor, decode, encode

KEY = b"a key"
VALUES = st.dictionaries(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
)


@given(VALUES)
def test_a_cursor_carries_its_values_through_a_url(values: dict[str, Any]) -> None:
    cursor = encode(KEY, values)

    assert decode(KEY, cursor) == values
    assert cursor.isascii()
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(VALUES, st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_an_altered_cursor_is_refused(values: dict[str, Any], place: int, change: int) -> None:
    cursor = encode(KEY, values)
    signed = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    signed[place % len(signed)] ^= change
    altered = base64.urlsafe_b64encode(signed).rstrip(b"=").decode()

    with pytest.raises(InvalidCursor):
        decode(KEY, altered)


@given(st.text())
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        decode(KEY, text)


@given(VALUES)
def test_a_cursor_of_another_server_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidCursor):
        decode(b"another key", encode(KEY, values))


def test_the_error_has_a_stable_code() -> None:
    assert (InvalidCursor.status, InvalidCursor.code) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"", "http://host/api/sessions?cursor=new"),
        (b"limit=2&cursor=old", "http://host/api/sessions?limit=2&cursor=new"),
        (b"in=a&in=b", "http://host/api/sessions?in=a&in=b&cursor=new"),
    ],
)
def test_the_link_repeats_the_request_with_the_next_cursor(query: bytes, expected: str) -> None:
    scope = {
        "type": "http",
        "scheme": "http",
        "path": "/api/sessions",
        "query_string": query,
        "headers": [(b"host", b"host")],
    }
    response = Response()

    paging.link_next(Request(scope), response, "new")

    assert response.headers["link"] == f'<{expected}>; rel="next"'


def test_the_last_page_has_no_link() -> None:
    response = Response()

    paging.link_next(Request({"type": "http", "headers": []}), response, None)

    assert "link" not in response.headers
