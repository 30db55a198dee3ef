from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import User, Workspace
from rowmill.paging import InvalidCursor, PageRequest, newest_first

KEY = b"a key"
ROWS = 25


def page(context: Context, limit: int, cursor: str | None) -> tuple[list[UUID], str | None]:
    with transaction(context.engine) as session:
        found = newest_first(
            session, select(Workspace), Workspace.id, PageRequest(KEY, limit, cursor)
        )
        return [workspace.id for workspace in found.items], found.next_cursor


def fill(context: Context, number: int) -> None:
    with transaction(context.engine) as session:
        session.add_all(Workspace(name=str(n)) for n in range(number))


@hypothesis_settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(limits=st.lists(st.integers(1, 12), min_size=1, max_size=6))
def test_pages_of_any_size_show_every_row_once_though_rows_come(
    context: Context, limits: list[int]
) -> None:
    with transaction(context.engine) as session:
        session.execute(delete(Workspace))  # what the example before left
    fill(context, ROWS)
    expected, _ = page(context, 1000, None)

    seen: list[UUID] = []
    cursor: str | None = None
    turn = 0
    while turn == 0 or cursor is not None:
        rows, cursor = page(context, limits[turn % len(limits)], cursor)
        seen += rows
        turn += 1
        fill(context, 1)

    assert seen == expected
    assert seen == sorted(seen, reverse=True)


def test_a_cursor_goes_on_only_in_its_own_list(context: Context) -> None:
    fill(context, 2)
    _, cursor = page(context, 1, None)
    assert cursor is not None

    with transaction(context.engine) as session, pytest.raises(InvalidCursor):
        newest_first(session, select(User), User.id, PageRequest(KEY, 1, cursor))


def test_an_empty_list_is_one_empty_page(context: Context) -> None:
    assert page(context, 10, None) == ([], None)
