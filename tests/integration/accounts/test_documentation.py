from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rowmill.responses import complete

OPERATIONS = [
    ("post", "/api/register", {"201", "400", "403", "409", "413", "422", "429"}),
    ("post", "/api/users", {"201", "400", "403", "409", "413", "422", "429"}),
    ("post", "/users", {"201", "400", "403", "409", "413", "422", "429"}),
    ("post", "/api/login", {"200", "400", "401", "403", "413", "422", "429"}),
    ("post", "/api/auth", {"200", "400", "401", "403", "413", "422", "429"}),
    ("post", "/auth", {"200", "400", "401", "403", "413", "422", "429"}),
    ("post", "/api/password-reset", {"200", "400", "403", "413", "422", "429"}),
    ("post", "/api/me/password", {"204", "400", "401", "403", "404", "422", "429"}),
    ("get", "/api/keys", {"200", "400", "401", "403", "404", "422", "429"}),
    ("post", "/api/keys", {"201", "400", "401", "403", "404", "422", "429"}),
    ("delete", "/api/keys/{key_id}", {"204", "401", "403", "404", "422", "429"}),
    ("post", "/api/logout", {"200", "400", "401", "403", "404", "422", "429"}),
    ("get", "/api/me", {"200", "401", "404", "422", "429"}),
    ("post", "/api/token/refresh", {"200", "400", "401", "413", "422", "429"}),
    ("get", "/api/sessions", {"200", "400", "401", "403", "404", "422", "429"}),
    ("delete", "/api/sessions/{session_id}", {"204", "401", "403", "404", "422", "429"}),
    ("get", "/api/instance", {"200", "429"}),
    ("get", "/api/workspaces", {"200", "400", "401", "404", "422", "429"}),
]
PUBLIC = {
    "/api/register",
    "/api/login",
    "/api/token/refresh",
    "/api/instance",
    "/api/users",
    "/users",
    "/api/auth",
    "/auth",
    "/api/password-reset",
}
WAYS = {"SessionCookie", "AccessToken", "Password", "PasswordForm"}


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    assert isinstance(client.app, FastAPI)
    return complete(client.app.openapi())


@pytest.mark.parametrize(("method", "path", "statuses"), OPERATIONS)
def test_every_operation_is_described(
    document: dict[str, Any], method: str, path: str, statuses: set[str]
) -> None:
    operation = document["paths"][path][method]

    assert operation["summary"]
    assert operation["description"]
    assert set(operation["responses"]) == statuses
    for status, response in operation["responses"].items():
        if status >= "400":
            problem = response["content"]["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert problem["example"]["status"] == int(status)


@pytest.mark.parametrize(("method", "path"), [row[:2] for row in OPERATIONS])
def test_an_operation_names_the_ways_to_sign_in(
    document: dict[str, Any], method: str, path: str
) -> None:
    security = document["paths"][path][method].get("security", [])

    names = {name for way in security for name in way}
    assert names == (set() if path in PUBLIC else WAYS)
    assert all(len(way) == 1 for way in security)  # alternatives, not all at once


def test_the_ways_to_sign_in_are_described(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]

    assert schemes["SessionCookie"]["in"] == "cookie"
    assert schemes["SessionCookie"]["name"] == "rowmill_session"
    assert schemes["AccessToken"]["scheme"] == "bearer"
    assert schemes["Password"]["scheme"] == "basic"
    assert schemes["PasswordForm"]["flows"]["password"]["tokenUrl"] == "/auth"


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))

    assert "Problem" in references
    assert references <= set(document["components"]["schemas"])
    assert not {"HTTPValidationError", "ValidationError"} & set(document["components"]["schemas"])


@pytest.mark.parametrize("path", ["/api/register", "/api/login", "/api/token/refresh"])
def test_bodies_are_described_as_json_and_as_form(document: dict[str, Any], path: str) -> None:
    content = document["paths"][path]["post"]["requestBody"]["content"]

    assert set(content) == {"application/json", "application/x-www-form-urlencoded"}
    for described in content.values():
        assert set(described["schema"]["required"]) <= set(described["example"])


def test_the_examples_of_bodies_are_true(document: dict[str, Any], client: TestClient) -> None:
    for path, status in (("/api/register", 201), ("/api/login", 200)):
        body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        assert client.post(path, json=body["example"]).status_code == status
