"""Registering by username and getting a token, as clients of product servers do."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from rowmill.accounts import resets
from rowmill.context import Context
from rowmill.db import transaction
from tests.factories.accounts import PASSWORD, register
from tests.integration.accounts.conftest import Serve

ADA = {"username": "ada", "password": PASSWORD}
AT_ROOT_AND_BELOW_API = pytest.mark.parametrize("base", ["", "/api"])


@AT_ROOT_AND_BELOW_API
@pytest.mark.parametrize("form", ["json", "data"])
def test_a_user_registers_and_gets_a_token(client: TestClient, base: str, form: str) -> None:
    sent: dict[str, Any] = {form: ADA}
    made = client.post(f"{base}/users", **sent)
    token = client.post(f"{base}/auth", **sent)

    assert made.status_code == 201
    assert made.json()["username"] == "ada"
    assert PASSWORD not in made.text
    assert "set-cookie" not in made.headers
    assert token.status_code == 200
    assert token.json()["token_type"] == "bearer"
    headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
    assert client.get("/api/me", headers=headers).json()["username"] == "ada"


def test_the_password_form_of_oauth_is_understood(client: TestClient) -> None:
    client.post("/users", json=ADA)
    form = {**ADA, "grant_type": "password", "scope": "", "client_id": "", "client_secret": ""}

    assert client.post("/auth", data=form).status_code == 200


@pytest.mark.parametrize("again", ["ada", "ADA", " ada "])
def test_a_username_is_taken_whatever_its_case(client: TestClient, again: str) -> None:
    client.post("/users", json=ADA)

    refused = client.post("/users", json={**ADA, "username": again})

    assert (refused.status_code, refused.json()["code"]) == (409, "account_exists")


def test_an_address_registered_by_email_is_taken_as_username(client: TestClient) -> None:
    account = register(client)

    refused = client.post("/users", json={"username": account.email, "password": PASSWORD})

    assert refused.status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {"username": "", "password": PASSWORD},
        {"username": "  ", "password": PASSWORD},
        {"username": "a:b", "password": PASSWORD},
        {"username": "a\0b", "password": PASSWORD},
        {"username": "not@an@address", "password": PASSWORD},
        {"username": "ada", "password": "short"},
        {"username": "ada"},
        {"password": PASSWORD},
        {},
    ],
)
def test_a_bad_name_or_password_is_refused_with_a_reason(
    client: TestClient, body: dict[str, str]
) -> None:
    refused = client.post("/users", json=body)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["message"]


@pytest.mark.parametrize("wrong", [{"password": "wrong password"}, {"username": "nobody"}])
def test_a_wrong_name_or_password_gets_no_token(client: TestClient, wrong: dict[str, str]) -> None:
    client.post("/users", json=ADA)

    refused = client.post("/auth", data={**ADA, **wrong})

    assert refused.status_code == 401
    assert "www-authenticate" in refused.headers


def test_registration_by_username_is_closed_with_the_other(serve: Serve) -> None:
    client = serve(registration_open=False)
    assert client.post("/users", json=ADA).status_code == 201  # the first one

    refused = client.post("/users", json={**ADA, "username": "bob"})

    assert (refused.status_code, refused.json()["code"]) == (403, "registration_closed")


def test_a_second_logout_finds_no_session(client: TestClient) -> None:
    account = register(client)

    statuses = [client.post("/api/logout", headers=account.bearer).status_code for _ in range(2)]

    assert statuses == [200, 401]
    refused = client.post("/api/token/refresh", json={"refresh": account.refresh_token})
    assert refused.status_code == 401


def test_changing_the_password_ends_the_other_sessions(client: TestClient) -> None:
    account = register(client)
    login = {"email": account.email, "password": PASSWORD}
    other = client.post("/api/login", json=login).json()["access_token"]
    client.cookies.clear()
    body = {"current_password": PASSWORD, "new_password": "another long password"}

    changed = client.post("/api/me/password", json=body, headers=account.bearer)

    assert changed.status_code == 204
    assert client.get("/api/me", headers=account.bearer).status_code == 200
    elsewhere = client.get("/api/me", headers={"Authorization": f"Bearer {other}"})
    assert elsewhere.status_code == 401
    assert client.post("/api/login", json=login).status_code == 401
    renewed = {**login, "password": "another long password"}
    assert client.post("/api/login", json=renewed).status_code == 200


def test_the_password_stays_where_the_present_one_is_wrong(client: TestClient) -> None:
    account = register(client)
    body = {"current_password": "wrong password", "new_password": "another long password"}

    refused = client.post("/api/me/password", json=body)

    assert refused.status_code == 401
    login = {"email": account.email, "password": PASSWORD}
    assert client.post("/api/login", json=login).status_code == 200


def test_a_link_sets_a_password_once_and_ends_every_session(
    client: TestClient, context: Context
) -> None:
    account = register(client)
    client.cookies.clear()
    with transaction(context.engine) as session:
        old, _ = resets.begin(session, account.id, hours=1)
        token, _ = resets.begin(session, account.id, hours=1)
    body = {"token": token, "password": "chosen anew by link"}

    replaced = client.post("/api/password-reset", json={**body, "token": old})
    done = client.post("/api/password-reset", json=body)
    again = client.post("/api/password-reset", json=body)

    assert (replaced.status_code, done.status_code, again.status_code) == (400, 200, 400)
    assert again.json()["code"] == "invalid_reset"
    assert client.get("/api/me", headers=account.bearer).status_code == 401
    login = {"email": account.email, "password": "chosen anew by link"}
    assert client.post("/api/login", json=login).status_code == 200


def test_a_link_that_has_expired_sets_nothing(client: TestClient, context: Context) -> None:
    account = register(client)
    with transaction(context.engine) as session:
        token, _ = resets.begin(session, account.id, hours=0)

    refused = client.post(
        "/api/password-reset", json={"token": token, "password": "chosen anew by link"}
    )

    assert refused.status_code == 400
    login = {"email": account.email, "password": PASSWORD}
    assert client.post("/api/login", json=login).status_code == 200
