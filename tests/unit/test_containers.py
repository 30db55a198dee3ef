"""Dockerfile, compose.yaml and the Makefile's targets fit the program, without an engine to try."""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped] # the stubs would be another dependency

from rowmill.cli import app
from rowmill.settings import Settings

ROOT = Path(__file__).parents[2]
GROUP: Any = typer.main.get_command(app)
COMMANDS = GROUP.commands
VARIABLES = {f"ROWMILL_{name.upper()}" for name in Settings.model_fields}
CONTAINER_TARGETS = ("build", "up", "down", "restart", "logs", "status", "shell")
TARGETS = (*CONTAINER_TARGETS, "help", "clean", "backup", "health", "install", "run", "lint",
           "format", "test", "test-e2e")  # fmt: skip


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, in order."""
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / "Dockerfile").read_text())
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [
        (name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines if line)
    ]


def stages() -> dict[str, list[tuple[str, str]]]:
    """The Dockerfile's stages by name; the last one is called ``."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, rest in instructions():
        if name == "FROM":
            image, _, stage = rest.partition(" AS ")
            assert re.search(r":[\w.-]+$", image), f"{image} says no version"
            assert not image.endswith(":latest")
            current = found.setdefault(stage, [])
        else:
            current.append((name, rest))
    return found


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return loaded


def is_sent(path: str) -> bool:
    """Whether .dockerignore lets a path through; the last pattern that fits decides."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        parts = [path, *map(str, Path(path).parents)]
        if line and not line.startswith("#") and any(fnmatch.fnmatch(p, pattern) for p in parts):
            sent = line.startswith("!")
    return sent


def is_command(arguments: list[str]) -> bool:
    """Whether the command line takes these words."""
    command = COMMANDS.get(arguments[0])
    options = {name for option in command.params for name in option.opts} if command else set()
    return command is not None and set(arguments[1:]) <= options


def test_everything_that_the_image_copies_exists_and_is_sent_to_the_engine() -> None:
    for stage, steps in stages().items():
        for name, rest in steps:
            words = shlex.split(rest)
            if name != "COPY":
                continue
            origin = next((w.removeprefix("--from=") for w in words if w.startswith("--from=")), "")
            assert not origin or origin in stages(), f"{stage} copies from {origin}"
            for source in [] if origin else [w for w in words[:-1] if not w.startswith("--")]:
                assert (ROOT / source).exists(), source
                assert is_sent(source), f".dockerignore keeps {source} back"
    assert is_sent("rowmill/app.py")
    assert is_sent("web/src/app/main.tsx")
    for kept_back in (".env", "data/secret.key", ".git/config", "rowmill/static/index.html"):
        assert not is_sent(kept_back)
    assert not is_sent("web/node_modules/react/index.js")


def test_the_image_runs_as_nobody_special_and_stops_on_request() -> None:
    final = stages()[""]
    users = [rest for name, rest in final if name == "USER"]
    assert users
    assert users[-1] not in {"root", "0"}
    after_user = [name for name, _ in final[final.index(("USER", users[-1])) :]]
    assert not {"RUN", "COPY", "ADD"} & set(after_user)
    assert ("STOPSIGNAL", "SIGTERM") in final
    assert ("VOLUME", "/data") in final


def test_the_image_s_commands_and_settings_are_known_to_the_program() -> None:
    final = dict(stages()[""])
    assert yaml.safe_load(final["ENTRYPOINT"]) == ["rowmill"]
    assert is_command(yaml.safe_load(final["CMD"]))
    check = yaml.safe_load(final["HEALTHCHECK"].partition("CMD ")[2])
    assert check[0] == "rowmill"
    assert is_command(check[1:])
    variables = re.findall(r"(ROWMILL_\w+)=", final["ENV"])
    assert len(variables) >= 3
    assert set(variables) <= VARIABLES


def test_what_the_image_installs_is_pinned_by_hash() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.lock" in text
    assert "npm ci" in text
    assert re.search(r"pip install [^\n]*uv==\d", text)
    assert not [name for name, _ in instructions() if name == "ADD"]


def test_every_service_can_be_checked_and_comes_back_by_itself() -> None:
    services = compose()["services"]
    assert set(services) == {"app", "worker", "postgres"}
    for name, service in services.items():
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["restart"] == "unless-stopped", name
        for other, condition in service.get("depends_on", {}).items():
            assert other in services
            assert condition == {"condition": "service_healthy"}
    for service in (services["app"], services["worker"]):
        check = service["healthcheck"]["test"][1:]
        assert check[0] == "rowmill"
        assert is_command(check[1:])
        assert is_command(service.get("command", ["serve"]))


def test_the_services_settings_are_known_to_the_program() -> None:
    for name in ("app", "worker"):
        environment = compose()["services"][name]["environment"]
        assert set(environment) <= VARIABLES
        assert all(isinstance(value, str) for value in environment.values()), "YAML took a number"
        Settings(
            **{key.removeprefix("ROWMILL_").lower(): value for key, value in environment.items()},
            _env_file=None,
        )


def test_no_secret_has_a_default_and_volumes_are_declared() -> None:
    loaded = compose()
    text = (ROOT / "compose.yaml").read_text()
    assert re.findall(r"\$\{POSTGRES_PASSWORD(:[-?])", text) == [":?", ":?"]
    used = {
        volume.partition(":")[0]
        for service in loaded["services"].values()
        for volume in service["volumes"]
    }
    assert used == set(loaded["volumes"])
    # From version 18 on, the image keeps its data below this folder, and refuses the older one.
    assert loaded["services"]["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert loaded["services"]["postgres"]["image"].startswith("postgres:18")
    assert "127.0.0.1" in loaded["services"]["app"]["ports"][0]


def test_every_target_is_there_and_explained() -> None:
    told = make("help", cwd=ROOT).stdout
    for target in TARGETS:
        assert re.search(rf"(?m)^{target} +\S", told), target


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile, and a `docker` that only writes down what it is asked."""
    for name in ("Makefile", "compose.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    programs = tmp_path / "programs"
    programs.mkdir()
    docker = programs / "docker"
    docker.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\n')
    docker.chmod(0o755)
    return tmp_path


def make(*arguments: str, cwd: Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ROWMILL_", "MAKE"))}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],  # noqa: S607 - the one that people run
        cwd=cwd,
        env={**environment, "PATH": path or environment["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("target", CONTAINER_TARGETS)
def test_the_targets_of_containers_ask_compose_for_them(checkout: Path, target: str) -> None:
    path = f"{checkout}/programs:{os.environ['PATH']}"
    result = make(target, cwd=checkout, path=path)
    assert result.returncode == 0, result.stderr
    verb = {"status": "ps", "shell": "exec"}.get(target, target)
    assert re.search(rf"(?m)^compose {verb}\b", (checkout / "asked").read_text())


def test_the_password_is_made_once_and_is_nobody_else_s_to_read(checkout: Path) -> None:
    path = f"{checkout}/programs:{os.environ['PATH']}"
    make("up", cwd=checkout, path=path)
    secret = (checkout / ".env").read_text()
    assert re.fullmatch(r"POSTGRES_PASSWORD=[0-9a-f]{48}\n", secret)
    assert (checkout / ".env").stat().st_mode & 0o077 == 0
    make("up", cwd=checkout, path=path)
    assert (checkout / ".env").read_text() == secret


def test_cleaning_keeps_the_data_unless_it_is_named(checkout: Path) -> None:
    path = f"{checkout}/programs:{os.environ['PATH']}"
    (checkout / ".env").write_text("POSTGRES_PASSWORD=x\n")
    (checkout / "data").mkdir()
    make("clean", cwd=checkout, path=path)
    assert "--volumes" not in (checkout / "asked").read_text()
    assert (checkout / "data").exists()
    make("clean", "DATA=1", cwd=checkout, path=path)
    assert "--volumes" in (checkout / "asked").read_text()


@pytest.mark.parametrize("target", [*CONTAINER_TARGETS, "backup", "health"])
def test_where_nothing_can_run_the_reason_is_said(checkout: Path, target: str) -> None:
    docker = checkout / "programs" / "docker"
    docker.write_text("#!/bin/sh\nexit 1\n")
    path = f"{checkout}/programs:{os.environ['PATH']}"
    result = make(target, cwd=checkout, path=path)
    assert result.returncode != 0
    assert "make run" in result.stdout + result.stderr
