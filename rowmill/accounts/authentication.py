"""Checking names and passwords, with a limit on failed attempts.

Each step is a transaction of its own: an attempt stays counted although the request is refused,
and no connection is held while argon2 computes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from limits import RateLimitItemPerMinute

from rowmill.accounts import auditing, resets, service
from rowmill.accounts.auditing import Client
from rowmill.accounts.emails import canonical_name
from rowmill.accounts.passwords import Stripes, hash_password, is_outdated, verify_password
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.errors import TokenReused, TooManyRequests, WrongCredentials
from rowmill.models import User
from rowmill.ratelimits import network_of
from rowmill.throttling import Throttling

WINDOW_MINUTES = 5

# Attempts on one account, and from one address, go one after the other in each process. So the
# limit holds exactly although only failures count, and many right logins at once are all let in.
_ACCOUNTS = Stripes()
_ADDRESSES = Stripes()


def check_password(
    context: Context, name: str, password: str, client: Client, *, via: str | None = "password"
) -> User:
    """The user whose name or e-mail address and password these are.

    How it went is in the log: `via` says what the user came in by, None that they were in before.
    It takes the same time, and says the same, whether the account does not exist, is disabled,
    or has another password. Raises: WrongCredentials, TooManyRequests.
    """
    canonical = canonical_name(name)
    with transaction(context.engine) as session:
        user = service.find_user(session, canonical)
    with _logged(context, user, client), _attempt(context, user, canonical, client.ip_address):
        is_right = verify_password(user.password_hash if user else None, password)
        if user is None or not is_right or user.disabled_at is not None:
            raise WrongCredentials
    if is_outdated(user.password_hash):
        renewed = hash_password(password)
        with transaction(context.engine) as session:
            service.replace_password_hash(session, user, renewed)
        user.password_hash = renewed
    if via is not None:
        auditing.note(context, user, "succeeded", client, via=via)
    return user


def register(context: Context, name: str, password: str, client: Client) -> User:
    """A new user of that name; see `service.register`. Attempts from an address are limited.

    Raises: RegistrationClosed, AccountExists, TooManyRequests.
    """
    limit = RateLimitItemPerMinute(
        context.settings.registration_attempts, WINDOW_MINUTES, "registration"
    )
    throttling = Throttling(context.engine, limit)
    address = client.ip_address
    with _ADDRESSES.hold(address):
        throttling.check(_address_key(address))
        throttling.count(_address_key(address))
    with transaction(context.engine) as session:
        user = service.register(session, context.settings, name, password)
    auditing.note(context, user, "succeeded", client, via="registration")
    return user


def change_password(
    context: Context, user: User, present: str, wanted: str, client: Client, session_id: UUID | None
) -> None:
    """Give the user another password; sessions other than `session_id` end.

    Raises: WrongCredentials, TooManyRequests.
    """
    check_password(context, user.username, present, client, via=None)
    renewed = hash_password(wanted)
    with transaction(context.engine) as session:
        resets.set_password(session, user.id, renewed)
        service.end_sessions(session, user.id, except_for=session_id)


def refresh(context: Context, refresh_token: str) -> service.Grant:
    """New tokens for a refresh token; one that was used before ends its session for good.

    Raises: InvalidRefreshToken, TokenReused.
    """
    with transaction(context.engine) as session:
        grant = service.refresh(session, context.settings, refresh_token)
    if grant is None:
        raise TokenReused
    return grant


@contextmanager
def _logged(context: Context, user: User | None, client: Client) -> Iterator[None]:
    """Log what keeps somebody from coming in as a user that there is."""
    try:
        yield
    except WrongCredentials:
        if user is not None:
            auditing.note(context, user, "failed", client)
        raise
    except TooManyRequests:
        if user is not None:
            seconds = WINDOW_MINUTES * 60
            auditing.note(context, user, "throttled", client, most=1, seconds=seconds)
        raise


@contextmanager
def _attempt(
    context: Context, user: User | None, canonical: str, ip_address: str
) -> Iterator[None]:
    """Let the block run if account and address have attempts left; count it where the credentials
    are wrong.
    """
    account, address = _account_key(user, canonical), _address_key(ip_address)
    limit = RateLimitItemPerMinute(context.settings.login_attempts, WINDOW_MINUTES, "login")
    throttling = Throttling(context.engine, limit)
    with _ACCOUNTS.hold(account), _ADDRESSES.hold(address):
        throttling.check(account)
        throttling.check(address)
        try:
            yield
        except WrongCredentials:
            throttling.count(account)
            throttling.count(address)
            raise
        throttling.forget(account)


def _account_key(user: User | None, canonical: str) -> str:
    """One key for every name of an account; unknown names are counted just the same."""
    if user is not None:
        return f"account:{user.id}"
    return "name:" + hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _address_key(address: str) -> str:
    return f"address:{network_of(address)}"
