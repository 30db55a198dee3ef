"""Accounts for tests, made through the API."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from fastapi.testclient import TestClient

PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Account:
    """A registered user, with the tokens of the session that registering opened."""

    id: UUID
    email: str
    password: str
    workspace_id: UUID
    access_token: str
    refresh_token: str

    @property
    def bearer(self) -> dict[str, str]:
        """Headers that sign a request in by the access token."""
        return {"Authorization": f"Bearer {self.access_token}"}

    @property
    def basic(self) -> dict[str, str]:
        """Headers that sign a request in by name and password."""
        value = f"{self.email}:{self.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(value).decode()}"}


def register(client: TestClient, email: str | None = None, password: str = PASSWORD) -> Account:
    """Register an account; the client is then signed in to it by cookie."""
    email = email or f"user-{uuid4().hex[:12]}@example.com"
    answer = client.post("/api/register", json={"email": email, "password": password})
    assert answer.status_code == 201, answer.text
    return account(answer.json(), password)


def account(signed_in: dict[str, Any], password: str = PASSWORD) -> Account:
    """The account that an answer of register or login is about."""
    user = signed_in["user"]
    return Account(
        id=UUID(user["id"]),
        email=user["email"],
        password=password,
        workspace_id=UUID(user["workspace"]["id"]),
        access_token=signed_in["access_token"],
        refresh_token=signed_in["refresh_token"],
    )


def make_key(client: TestClient, owner: Account, **wanted: Any) -> dict[str, Any]:
    """An API key of the owner: the answer that shows it."""
    body = {"name": "a program", **wanted}
    made = client.post("/api/keys", json=body, headers=owner.bearer)
    assert made.status_code == 201, made.text
    answer: dict[str, Any] = made.json()
    return answer
