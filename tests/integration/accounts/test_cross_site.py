"""What other sites can make a browser send must change nothing here."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.factories.accounts import PASSWORD, register
from tests.integration.accounts.conftest import Serve

OURS: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
    {"Origin": "http://testserver"},
    {"Origin": "http://testserver:80"},
    {"Origin": "https://testserver"},
    {"Origin": "https://data.example.com"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://app.example.net"},
]
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://testserver.evil.example"},
    {"Origin": "http://testserver:8080"},
    {"Origin": "https://data.example.com.evil.example"},
    {"Origin": "https://data.example.com:8443"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://[evil"},
    {"Origin": "http://testserver:x"},
]


@pytest.fixture
def site(serve: Serve) -> TestClient:
    """A server that knows its public address and trusts one other web app."""
    return serve(public_url="https://data.example.com/", cors_origins=("https://app.example.net",))


def signed_in(site: TestClient, way: str) -> dict[str, str]:
    """Credentials as a browser would send them along without being asked, or as a program does."""
    who = register(site)
    cookie = site.cookies["rowmill_session"]
    site.cookies.clear()
    if way == "bearer":
        return who.bearer
    if way == "basic":
        return who.basic
    return {"Cookie": f"rowmill_session={cookie}"}


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_our_own_pages_and_programs_may_change_things(
    site: TestClient, headers: dict[str, str]
) -> None:
    credentials = signed_in(site, "cookie")

    assert site.post("/api/logout", headers={**credentials, **headers}).status_code == 200


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("way", ["cookie", "basic"])
def test_other_sites_may_change_nothing(
    site: TestClient, headers: dict[str, str], way: str
) -> None:
    credentials = signed_in(site, way)
    mine = site.get("/api/sessions", headers=credentials).json()["items"][0]["id"]

    answer = site.delete(f"/api/sessions/{mine}", headers={**credentials, **headers})

    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_request")
    assert site.get("/api/sessions", headers=credentials).json()["items"][0]["id"] == mine


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_bearer_token_is_never_sent_unasked(site: TestClient, headers: dict[str, str]) -> None:
    credentials = signed_in(site, "bearer")

    assert site.post("/api/logout", headers={**credentials, **headers}).status_code == 200


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_reading_is_left_to_the_same_origin_policy(
    site: TestClient, headers: dict[str, str]
) -> None:
    credentials = signed_in(site, "cookie")

    assert site.get("/api/me", headers={**credentials, **headers}).status_code == 200


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", ["/api/login", "/api/register"])
def test_other_sites_cannot_sign_a_browser_in(
    site: TestClient, headers: dict[str, str], path: str
) -> None:
    who = register(site)
    site.cookies.clear()
    form = {"email": who.email if path == "/api/login" else "b@example.com", "password": PASSWORD}

    answer = site.post(path, data=form, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_request")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_our_own_pages_can_sign_in(site: TestClient, headers: dict[str, str]) -> None:
    who = register(site)

    answer = site.post(
        "/api/login", data={"email": who.email, "password": PASSWORD}, headers=headers
    )

    assert answer.status_code == 200
