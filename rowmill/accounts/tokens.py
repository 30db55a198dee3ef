"""The secrets that clients hold: random tokens, kept as digests, and signed access tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import jwt

from rowmill.errors import Unauthenticated
from rowmill.models import new_id, now
from rowmill.settings import Settings

ALGORITHM = "HS256"
REQUIRED_CLAIMS = ["sub", "sid", "jti", "iat", "exp"]
TOKEN_BYTES = 32


class InvalidToken(Unauthenticated):
    """This access token is not valid or has expired. Sign in again, or use the refresh token."""


@dataclass(frozen=True)
class AccessClaims:
    """What an access token says: whose it is, and the session that it lives and dies with."""

    user_id: UUID
    session_id: UUID


def new_token() -> str:
    """A random token of 256 bits, fit for URLs and headers."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> bytes:
    """The SHA-256 of a token: what the database keeps of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def new_access_token(settings: Settings, claims: AccessClaims) -> str:
    """A signed access token that is good for `settings.access_token_minutes`."""
    issued = now()
    payload = {
        "sub": str(claims.user_id),
        "sid": str(claims.session_id),
        "jti": str(new_id()),
        "iat": issued,
        "exp": issued + timedelta(minutes=settings.access_token_minutes),
    }
    return jwt.encode(payload, _key(settings), ALGORITHM)


def read_access_token(settings: Settings, token: str) -> AccessClaims:
    """What a token of ours says. Whether its session still lives is for the caller to see.

    Raises: InvalidToken where it is forged, mangled or expired.
    """
    try:
        payload = jwt.decode(
            token, _key(settings), [ALGORITHM], options={"require": REQUIRED_CLAIMS}
        )
        return AccessClaims(UUID(payload["sub"]), UUID(payload["sid"]))
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidToken from error


def _key(settings: Settings) -> bytes:
    """A key of its own for this use, long enough however short the secret is."""
    return hmac.digest(settings.signing_key(), b"access-token", "sha256")
