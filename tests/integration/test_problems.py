"""Whatever fails says so in one form, with a reference that is in the log."""

from __future__ import annotations

import errno
import json
import logging
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from rowmill import logs
from rowmill.app import create_app
from rowmill.settings import Settings

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def app(settings: Settings, database_url: str, tmp_path: Path) -> FastAPI:
    """The app, with routes that fail, and a page of its own."""
    app = create_app(settings, database_url)
    page = tmp_path / "index.html"
    page.write_text("<!doctype html><html><head><title>Rowmill</title></head></html>")
    app.state.page = page

    def crash() -> None:
        raise ValueError("the password is hunter2")

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/var/secret/path")

    async def broken() -> StreamingResponse:
        async def pieces() -> Any:
            yield b"some"
            raise ValueError("in the middle")

        return StreamingResponse(pieces())

    routes = app.router.routes
    web = [route for route in routes if getattr(route, "name", "") == "web"]
    for route in web:  # it answers for every address, so it has to come last
        routes.remove(route)
    for path, endpoint in {"/api/crash": crash, "/crash": crash, "/api/full": full}.items():
        app.add_api_route(path, endpoint, methods=["GET", "POST"], include_in_schema=False)
    app.add_api_route("/api/broken", broken, include_in_schema=False)
    routes.extend(web)
    return app


@pytest.fixture
def failing(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def test_a_crash_has_a_reference_that_is_in_the_log(
    failing: TestClient, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure(settings.model_copy(update={"log_format": "json"}))
    try:
        answer = failing.get("/api/crash")
    finally:
        root.handlers[:], root.level = before[0], before[1]
        structlog.reset_defaults()

    problem = answer.json()
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "nosniff" in answer.headers["x-content-type-options"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert "hunter2" not in answer.text
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (crashed,) = [line for line in logged if line["event"] == "request_crashed"]
    assert crashed["request_id"] == problem["request_id"]
    assert "ValueError: the password is hunter2" in crashed["exception"]
    (ended,) = [line for line in logged if line["event"] == "request"]
    assert (ended["status"], ended["request_id"]) == (500, problem["request_id"])


def test_a_full_disk_is_said_and_no_path_is_told(failing: TestClient) -> None:
    answer = failing.post("/api/full")
    assert (answer.status_code, answer.json()["code"]) == (507, "out_of_space")
    assert "/var" not in answer.text


def test_an_answer_that_breaks_off_is_not_passed_off_as_whole(failing: TestClient) -> None:
    with pytest.raises(ValueError, match="in the middle"):
        failing.get("/api/broken")


def test_a_reference_of_a_proxy_is_kept_and_a_strange_one_is_not(failing: TestClient) -> None:
    kept = failing.get("/api/nothing", headers={"X-Request-ID": "proxy-12345678"})
    assert kept.json()["request_id"] == kept.headers["x-request-id"] == "proxy-12345678"
    strange = failing.get("/api/nothing", headers={"X-Request-ID": 'a b"<script>'})
    assert strange.json()["request_id"] == strange.headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", strange.json()["request_id"])


@pytest.mark.parametrize(("path", "status"), [("/crash", 500), ("/metrics", 401)])
def test_a_page_that_fails_is_the_web_app_with_the_problem_in_it(
    failing: TestClient, path: str, status: int
) -> None:
    answer = failing.get(path, headers=BROWSER)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    (content,) = re.findall(r'<meta name="rowmill-problem" content="([^"]*)">', answer.text)
    problem = json.loads(unescape(content))
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/api/crash", BROWSER),
        ("/crash", {"Accept": "*/*"}),
        ("/crash", {**BROWSER, "Sec-Fetch-Mode": "cors"}),
    ],
)
def test_programs_get_the_problem_itself(
    failing: TestClient, path: str, headers: dict[str, str]
) -> None:
    answer = failing.get(path, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (500, 500)


def test_a_page_is_not_promised_where_there_is_none(failing: TestClient, app: FastAPI) -> None:
    app.state.page.unlink()
    assert failing.get("/crash", headers=BROWSER).json()["status"] == 500


def test_a_database_that_is_away_is_a_503_with_a_time_to_wait(settings: Settings) -> None:
    with TestClient(create_app(settings, "postgresql://x@127.0.0.1:1/x")) as client:
        answer = client.get("/api/datasets", headers={"Cookie": "rowmill_session=x"})
        signing_in = client.post("/api/login", json={"email": "a@b.c", "password": "x" * 12})
    for each in (answer, signing_in):
        assert (each.status_code, each.json()["code"]) in {
            (503, "service_unavailable"),
            (401, "unauthenticated"),
        }
    assert signing_in.headers["retry-after"]
