"""`rowmill admin create`: an administrator made on the server's own machine."""

from __future__ import annotations

from rowmill.accounts.emails import username
from rowmill.accounts.schemas import LONGEST_PASSWORD, SHORTEST_PASSWORD
from rowmill.accounts.service import AccountExists, find_user
from rowmill.accounts.tokens import new_token
from rowmill.admin import service
from rowmill.db import engine_for, transaction
from rowmill.errors import invalid


def checked_name(name: str) -> str:
    """The username or e-mail address as it is kept. Raises: Invalid."""
    try:
        return username(name)
    except ValueError as error:
        raise invalid("username", str(error)) from error


def create_admin(database_url: str, name: str, password: str | None) -> str | None:
    """Make an administrator of that name; returns the password where it had to be made up.

    Raises: Invalid, AccountExists.
    """
    canonical = checked_name(name)
    generated = None
    if password is None:
        password = generated = new_token()
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise invalid("password", f"It must have at least {SHORTEST_PASSWORD} characters.")
    engine = engine_for(database_url)
    try:
        with transaction(engine) as session:
            if find_user(session, canonical) is not None:
                raise AccountExists(f"There is an account named {canonical} already.")
            service.create(session, canonical, password, is_admin=True, actor_id=None)
    finally:
        engine.dispose()
    return generated
