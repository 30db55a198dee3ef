from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from pydantic import SecretStr

from rowmill.accounts import tokens
from rowmill.accounts.tokens import (
    AccessClaims,
    InvalidToken,
    digest,
    new_access_token,
    new_token,
    read_access_token,
)
from rowmill.settings import Settings

CLAIMS = AccessClaims(uuid4(), uuid4())


@pytest.fixture
def signed(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, secret_key=SecretStr("short"))


def payload(**changed: Any) -> dict[str, Any]:
    moment = datetime.now(UTC)
    whole = {
        "sub": str(CLAIMS.user_id),
        "sid": str(CLAIMS.session_id),
        "jti": "x",
        "iat": moment,
        "exp": moment + timedelta(minutes=1),
    }
    return {name: value for name, value in {**whole, **changed}.items() if value is not None}


def test_an_access_token_says_who_and_which_session(signed: Settings) -> None:
    token = new_access_token(signed, CLAIMS)

    assert read_access_token(signed, token) == CLAIMS
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(claims) == {"sub", "sid", "jti", "iat", "exp"}
    assert claims["exp"] - claims["iat"] == 15 * 60


def test_every_access_token_is_another(signed: Settings) -> None:
    assert new_access_token(signed, CLAIMS) != new_access_token(signed, CLAIMS)


@pytest.mark.parametrize("missing", ["sub", "sid", "jti", "iat", "exp"])
def test_every_claim_must_be_there(signed: Settings, missing: str) -> None:
    token = jwt.encode(payload(**{missing: None}), tokens._key(signed), "HS256")

    with pytest.raises(InvalidToken):
        read_access_token(signed, token)


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "nobody"},
        {"sid": "nothing"},
        {"exp": datetime.now(UTC) - timedelta(seconds=1)},
        {"iat": datetime.now(UTC) + timedelta(hours=1)},
    ],
    ids=["user", "session", "expired", "not yet"],
)
def test_claims_that_cannot_be_are_refused(signed: Settings, changed: dict[str, Any]) -> None:
    token = jwt.encode(payload(**changed), tokens._key(signed), "HS256")

    with pytest.raises(InvalidToken):
        read_access_token(signed, token)


@pytest.mark.parametrize(
    ("key", "algorithm"), [(b"x" * 64, "HS256"), ("", "none"), (b"x" * 64, "HS512")]
)
def test_only_our_own_signature_counts(signed: Settings, key: bytes | str, algorithm: str) -> None:
    token = jwt.encode(payload(), key, algorithm)

    with pytest.raises(InvalidToken):
        read_access_token(signed, token)


def test_the_same_key_with_another_algorithm_does_not_count(signed: Settings) -> None:
    token = jwt.encode(payload(), tokens._key(signed) * 2, "HS512")

    with pytest.raises(InvalidToken):
        read_access_token(signed, token)


def test_random_tokens_have_256_bits_and_differ() -> None:
    made = {new_token() for _ in range(100)}

    assert len(made) == 100
    assert {len(token) for token in made} == {43}
    assert all(len(digest(token)) == 32 for token in made)
