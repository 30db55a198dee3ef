"""Who came in, who was kept out, who left: in the log of the user's personal workspace.

These events are for administrators: the members of a workspace do not see them. Programs may sign
in all day long, so of each kind a user's log takes no more than some in an hour.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from fastapi import Request
from sqlalchemy.orm import Session

from rowmill import events
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import User
from rowmill.throttling import PostgresStorage
from rowmill.workspaces import service as workspaces

MOST_IN_AN_HOUR = 20
HOUR = 3600
LONGEST_USER_AGENT = 400

Outcome = Literal["succeeded", "failed", "throttled", "ended", "token_reused"]


@dataclass(frozen=True)
class Client:
    """Where a request comes from: the address of the machine, the name the program gives itself."""

    ip_address: str
    user_agent: str

    def __post_init__(self) -> None:
        """PostgreSQL holds no text with a zero character."""
        cleaned = self.user_agent.replace("\0", "")[:LONGEST_USER_AGENT]
        object.__setattr__(self, "user_agent", cleaned)


def client_of(request: Request) -> Client:
    """Who sends a request."""
    address = request.client.host if request.client else ""
    return Client(address, request.headers.get("User-Agent", ""))


def note(
    context: Context,
    user: User,
    outcome: Outcome,
    client: Client,
    *,
    most: int = MOST_IN_AN_HOUR,
    seconds: int = HOUR,
    **payload: str,
) -> None:
    """Log how an attempt to sign in as the user went, or that a session ended.

    The last of the `most` that `seconds` may bring says that there may be more.
    """
    storage = PostgresStorage(context.engine)
    count, _ = storage.take(f"log:{outcome}:{user.id}", seconds, 1, is_durable=False)
    if count > most:
        return
    more = {"more_may_follow": "this hour"} if count == most > 1 else {}
    with transaction(context.engine) as session:
        append(session, user, outcome, client, **payload, **more)


def append(
    session: Session, user: User, outcome: Outcome, client: Client | None = None, **payload: str
) -> None:
    """Log it in the session's transaction. Who failed to sign in is not known to be the user."""
    workspace, _ = workspaces.personal(session, user.id)
    events.append(
        session,
        f"{events.SIGN_IN}.{outcome}",
        workspace_id=workspace.id,
        subject="user",
        subject_id=user.id,
        payload={"username": user.username, **(asdict(client) if client else {}), **payload},
        actor_id=user.id if outcome in {"succeeded", "ended"} else None,
    )
