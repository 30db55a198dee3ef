"""A feed's life in the browser, with the demo's SFTP server: made, tried, run, and run again."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.programs import free_port, until

ENVIRONMENT = {"ROWMILL_ALLOW_PRIVATE_HOSTS": "127.0.0.1"}  # so that it may connect to the tests
DAYS = 3
FILES = 2 * DAYS
PASSWORD = "deliver-me-daily"


@dataclass(frozen=True)
class SftpServer:
    """`rowmill demo sftp` of the wheel."""

    port: int
    folder: Path


@pytest.fixture(scope="module")
def sftp_server(rowmill: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    """The demo's SFTP server, with a few days of sales and products."""
    base = tmp_path_factory.mktemp("sftp")
    server = SftpServer(free_port(), base / "files")
    command = [str(rowmill), "demo", "sftp", "--port", str(server.port), "--days", str(DAYS)]
    command += ["--folder", str(server.folder), "--password", PASSWORD]
    environment = {**os.environ, "ROWMILL_DATA_DIR": str(base / "data")}
    with (base / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: _listens(server.port), seconds=60, what="the SFTP server's answer")
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def source_of(server: SftpServer) -> dict[str, Any]:
    return {"kind": "sftp", "host": "127.0.0.1", "port": server.port, "username": "demo"}


def make_feed(client: httpx.Client, server: SftpServer, name: str, **options: Any) -> Any:
    """A feed that runs only when it is told to."""
    body = {
        "name": name,
        "source": source_of(server),
        "secrets": {"password": PASSWORD},
        "stable_seconds": 0,
        **options,
    }
    return client.post("/api/feeds", json=body).raise_for_status().json()


def fill_source(page: Page, server: SftpServer, password: str) -> None:
    page.get_by_label("Host", exact=True).fill("127.0.0.1")
    page.get_by_label("Port", exact=True).fill(str(server.port))
    page.get_by_label("Username").fill("demo")
    page.get_by_role("textbox", name="Password").fill(password)


def fill_rule(page: Page, number: int, pattern: str, template: str) -> None:
    rule = page.get_by_role("group", name=f"Rule {number}")
    rule.get_by_role("textbox", name="Files").fill(pattern)
    rule.get_by_role("combobox", name="Template").click()
    page.get_by_role("option", name=template).click()


def test_a_feed_made_in_the_browser_brings_each_file_in_once(
    signed_in: Page, client: httpx.Client, sftp_server: SftpServer
) -> None:
    signed_in.goto("/feeds")
    signed_in.get_by_role("link", name="SFTP server").click()
    signed_in.get_by_label("Name", exact=True).fill("Shop deliveries")
    fill_source(signed_in, sftp_server, "wrong")
    signed_in.get_by_role("button", name="Test connection").click()
    expect(signed_in.get_by_text("does not let 'demo' in")).to_be_visible()

    signed_in.get_by_role("textbox", name="Password").fill(PASSWORD)
    signed_in.get_by_role("button", name="Test connection").click()
    expect(signed_in.get_by_text(f"{FILES} files there")).to_be_visible()
    expect(signed_in.get_by_label("Host key")).to_have_value(re.compile("^ssh-ed25519 "))

    fill_rule(signed_in, 1, "sales_data_*.csv", "Sales")
    signed_in.get_by_role("button", name="Preview").click()
    preview = signed_in.get_by_role("region", name="What a run would take")
    expect(preview.get_by_text("No rule", exact=True)).to_have_count(DAYS)
    signed_in.get_by_role("button", name="Add rule").click()
    fill_rule(signed_in, 2, "product_info_*.json", "Products")
    signed_in.get_by_role("button", name="Preview").click()
    expect(preview.get_by_text("Taken", exact=True)).to_have_count(FILES)
    signed_in.get_by_label("Seconds a file must stay the same").fill("0")
    signed_in.get_by_role("combobox", name="Runs").click()
    signed_in.get_by_role("option", name="Only when told to").click()

    signed_in.get_by_role("button", name="Make feed").click()
    expect(signed_in.get_by_role("heading", name="Shop deliveries")).to_be_visible()
    signed_in.get_by_role("button", name="Run now").click()
    files = signed_in.get_by_role("table", name="Files of the feed")
    # Products that nobody has touched are the same file on two days.
    brought_in = files.get_by_text(re.compile("^(Imported|Same content)$"))
    expect(brought_in).to_have_count(FILES, timeout=60_000)

    files.get_by_role("button", name="sales_data_").first.click()
    expect(files.get_by_text("SHA-256", exact=True)).to_be_visible()

    datasets = client.get("/api/datasets").raise_for_status().json()["items"]
    assert {one["slug"] for one in datasets} == {"sales", "products"}
    versions = {one["slug"]: (one["version"], one["row_count"]) for one in datasets}
    assert all(rows > 0 for _, rows in versions.values())

    signed_in.get_by_role("button", name="Run now").click()
    signed_in.get_by_role("link", name="Runs").click()
    runs = signed_in.get_by_role("list", name="Runs").get_by_role("listitem")
    expect(runs.first).to_contain_text(f"Nothing new among {FILES} files")
    again = client.get("/api/datasets").raise_for_status().json()["items"]
    assert {one["slug"]: (one["version"], one["row_count"]) for one in again} == versions


def test_a_changed_host_key_stops_a_feed_until_somebody_trusts_it(
    signed_in: Page, client: httpx.Client, sftp_server: SftpServer
) -> None:
    shown = client.post(
        "/api/feeds/test",
        json={"source": source_of(sftp_server), "secrets": {"password": PASSWORD}},
    ).json()
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGNOtAh7vsa0VHIbWQ5wkXQ0w3Rb3HnmSyQiXc5WQ4pB"
    feed = make_feed(client, sftp_server, "Pinned", host_key=other)

    signed_in.goto(f"/feeds/{feed['id']}")
    signed_in.get_by_role("button", name="Run now").click()
    expect(signed_in.get_by_text("The server shows another host key")).to_be_visible()
    notice = signed_in.get_by_role("alert")
    expect(notice.get_by_text(shown["host_key_fingerprint"], exact=True)).to_be_visible()
    expect(signed_in.get_by_text("Failing", exact=True)).to_be_visible()

    signed_in.get_by_role("button", name="Trust the new key").click()
    expect(signed_in.get_by_text("The server shows another host key")).to_have_count(0)
    expect(signed_in.get_by_text("No rule", exact=True).first).to_be_visible()
    assert client.get(f"/api/feeds/{feed['id']}").json()["host_key"] == shown["host_key"]


def test_an_edited_feed_keeps_the_password_that_nobody_can_read(
    signed_in: Page, client: httpx.Client, sftp_server: SftpServer
) -> None:
    feed = make_feed(client, sftp_server, "Old name")

    signed_in.goto(f"/feeds/{feed['id']}/edit")
    expect(signed_in.get_by_role("group", name="Password").get_by_text("Set")).to_be_visible()
    signed_in.get_by_label("Name", exact=True).fill("New name")
    signed_in.get_by_role("button", name="Test connection").click()
    expect(signed_in.get_by_text("Connected in")).to_be_visible()
    signed_in.get_by_role("button", name="Save").click()

    expect(signed_in.get_by_role("heading", name="New name")).to_be_visible()
    assert client.get(f"/api/feeds/{feed['id']}").json()["secrets"]["password"] is True


def test_the_list_pauses_a_feed_and_follows_what_another_program_does(
    signed_in: Page, client: httpx.Client, sftp_server: SftpServer
) -> None:
    schedule = {"interval_seconds": 3600}
    feed = make_feed(client, sftp_server, "Hourly", schedule=schedule)
    signed_in.goto("/feeds")
    line = signed_in.get_by_role("listitem").filter(has_text="Hourly")
    expect(signed_in.get_by_text("Live", exact=True)).to_be_visible()

    signed_in.get_by_role("button", name="Pause Hourly").click()
    expect(line.get_by_text("Paused", exact=True)).to_be_visible()
    assert client.get(f"/api/feeds/{feed['id']}").json()["paused"] is True
    client.post(f"/api/feeds/{feed['id']}/resume").raise_for_status()
    expect(signed_in.get_by_role("button", name="Pause Hourly")).to_be_visible()
    client.post(f"/api/feeds/{feed['id']}/run").raise_for_status()
    expect(line).to_contain_text(f"{FILES} files fetched")


def test_a_deleted_feed_leaves_the_list_once_somebody_has_confirmed_it(
    signed_in: Page, client: httpx.Client, sftp_server: SftpServer
) -> None:
    feed = make_feed(client, sftp_server, "Short-lived")

    signed_in.goto(f"/feeds/{feed['id']}")
    signed_in.get_by_role("button", name="More actions").click()
    signed_in.get_by_role("menuitem", name="Delete…").click()
    signed_in.get_by_role("button", name="Delete feed").click()

    expect(signed_in.get_by_role("heading", name="Feeds", exact=True)).to_be_visible()
    expect(signed_in.get_by_text("Short-lived", exact=True)).to_have_count(0)
    assert client.get(f"/api/feeds/{feed['id']}").status_code == 404
