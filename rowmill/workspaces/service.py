from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rowmill.models import Member, User, Workspace
from rowmill.paging import PageRequest, Slice, slice_newest

# A user's personal workspace is the first that they are a member of: it is made with the account.
PERSONAL_FIRST = (Member.created_at, Member.workspace_id)


def create_personal(session: Session, user: User) -> Workspace:
    """The workspace that a new user starts in and owns. Its lake is made at its first use."""
    workspace = Workspace(name=user.username)
    session.add(workspace)
    session.flush()
    session.add(Member(workspace_id=workspace.id, user_id=user.id, role="owner"))
    session.flush()
    return workspace


def find(session: Session, workspace_id: UUID) -> Workspace:
    """A workspace that is known to exist."""
    return session.get_one(Workspace, workspace_id)


def personal(session: Session, user_id: UUID) -> tuple[Workspace, str]:
    """The user's personal workspace, and their role in it."""
    statement = (
        select(Workspace, Member.role)
        .join(Member, Member.workspace_id == Workspace.id)
        .where(Member.user_id == user_id)
        .order_by(*PERSONAL_FIRST)
        .limit(1)
    )
    workspace, role = session.execute(statement).one()
    return workspace, role


def of_user(session: Session, user_id: UUID, request: PageRequest) -> Slice[Any]:
    """The workspaces that the user is a member of, newest first, as (workspace, role, id)."""
    statement = (
        select(Workspace, Member.role, Workspace.id)
        .join(Member, Member.workspace_id == Workspace.id)
        .where(Member.user_id == user_id)
    )
    return slice_newest(session, statement, Workspace.id, request)
