"""The server's own state, without its secrets."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from rowmill.admin import system
from rowmill.admin.creating import create_admin
from rowmill.cli import app
from rowmill.errors import RowmillError
from rowmill.settings import Settings
from tests.databases import on_database
from tests.factories.accounts import PASSWORD, Account
from tests.integration.admin.panel import Panel


def test_workers_are_alive_while_they_give_signs_of_life(
    panel: Panel, ada: Account, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 min')"
        )
    panel.send(ada, "one", "a\n1\n")

    workers = panel.get("/workers")

    assert [worker["is_alive"] for worker in workers["items"]] == [True, False]
    assert workers["waiting_jobs"] == 1
    assert workers["oldest_waiting_since"] is not None


def test_storage_adds_up(panel: Panel, ada: Account, settings: Settings) -> None:
    panel.send(ada, "one", "a\n1\n2\n")
    panel.work()

    storage = panel.get("/storage")

    sizes = {folder["name"]: folder["size_bytes"] for folder in storage["folders"]}
    assert sizes["files"] == len("a\n1\n2\n")
    assert sizes["tables"] > 0
    assert storage["address"] == settings.storage
    assert 0 < storage["free_bytes"] <= storage["total_bytes"]
    assert storage["database_bytes"] > 0


def test_settings_are_shown_with_their_value_and_default(panel: Panel) -> None:
    listed = {one["name"]: one for one in panel.get("/settings")["items"]}

    assert set(listed) == set(Settings.model_fields)
    assert listed["min_free_bytes"]["value"] == 0
    assert listed["min_free_bytes"]["is_changed"] is True
    assert listed["session_days"]["is_changed"] is False
    assert listed["session_days"]["variable"] == "ROWMILL_SESSION_DAYS"


def test_no_secret_is_among_the_settings(tmp_path: Path) -> None:
    shown = system.settings(
        Settings(
            data_dir=tmp_path,
            secret_key=SecretStr("top-secret"),
            s3_secret_access_key=SecretStr("top-secret"),
            database_url="postgresql://me:top-secret@db.example/rowmill?password=top-secret",
            _env_file=None,
        )
    )

    assert "top-secret" not in json.dumps(shown)
    assert "db.example" in json.dumps(shown)


def test_the_command_line_makes_an_administrator(panel: Panel, database_url: str) -> None:
    assert create_admin(database_url, "Root@Example.com", PASSWORD) is None
    generated = create_admin(database_url, "operator", None)

    assert generated is not None
    login = {"username": "operator", "password": generated}
    assert panel.client.post("/api/login", json=login).json()["user"]["is_admin"] is True
    names = [user["username"] for user in panel.get("/users", admin=True)["items"]]
    assert names == ["operator", "root@example.com", "admin@example.com"]


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("admin@example.com", PASSWORD, "account_exists"),
        ("new", "short", "invalid"),
        ("a:b", PASSWORD, "invalid"),
    ],
)
def test_the_command_line_refuses_what_would_not_work(
    panel: Panel, database_url: str, name: str, password: str, code: str
) -> None:
    with pytest.raises(RowmillError) as refused:
        create_admin(database_url, name, password)

    assert refused.value.code == code
    assert len(panel.get("/users")["items"]) == 1


def test_the_command_asks_for_a_name_and_prints_a_generated_password_once(
    panel: Panel, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=database_url, _env_file=None)
    monkeypatch.setattr("rowmill.cli.get_settings", lambda: settings)
    monkeypatch.setattr("rowmill.logs.configure", lambda _: None)  # the handlers are the tests'

    made = CliRunner().invoke(app, ["admin", "create"], input="operator\n")
    given = CliRunner().invoke(
        app, ["admin", "create", "--username", "other", "--password-stdin"], input=PASSWORD + "\n"
    )

    assert made.exit_code == 0, made.output
    password = made.output.rsplit("Password, shown this once: ")[-1].strip()
    for login in (
        {"username": "operator", "password": password},
        {"username": "other", "password": PASSWORD},
    ):
        assert panel.client.post("/api/login", json=login).status_code == 200
    assert PASSWORD not in given.output


def test_the_command_works_before_the_server_was_ever_started(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = f"fresh_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        url = on_database(postgres_url, name)
        settings = Settings(data_dir=tmp_path, database_url=url, _env_file=None)
        monkeypatch.setattr("rowmill.cli.get_settings", lambda: settings)
        monkeypatch.setattr("rowmill.logs.configure", lambda _: None)

        made = CliRunner().invoke(
            app, ["admin", "create", "--username", "root", "--password-stdin"], input=PASSWORD
        )

        assert made.exit_code == 0, made.output
        with psycopg.connect(url) as fresh:
            found = fresh.execute("SELECT username, is_admin FROM users").fetchall()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    assert found == [("root", True)]
