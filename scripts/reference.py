"""Writes docs/reference from the code; with --check, fails where a page is out of date."""

from __future__ import annotations

import inspect
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from pydantic_core import PydanticUndefined

import rowmill
from rowmill.cli import app as command_line
from rowmill.errors import RowmillError
from rowmill.settings import Settings, variable_of

TARGET = Path(__file__).parent.parent / "docs" / "reference"
GENERATED = "<!-- Written by scripts/reference.py from the code: `make reference`. -->\n\n"


def settings_page() -> str:
    """Every setting with its environment variable, default and meaning."""
    lines = [
        "# Settings\n\n",
        (
            "Read from the environment, and from a file `.env` where Rowmill is started. "
            "Options of the command line win over both.\n\n"
        ),
        "| variable | default | meaning |\n|---|---|---|\n",
    ]
    for name, field in Settings.model_fields.items():
        lines.append(
            f"| `{variable_of(name)}` | {_default(field.default)} | {field.description} |\n"
        )
    return "".join(lines)


def _default(value: Any) -> str:
    if value is None or value is PydanticUndefined or value in {"", ()}:
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def cli_page() -> str:
    """Every command with its help and options."""
    group: Any = typer.main.get_command(command_line)
    lines = ["# Command line\n\n"]
    for name, command in _commands(group):
        lines.append(f"## `rowmill {name}`\n\n{command.help}\n\n")
        options = [o for o in command.params if not o.hidden and o.name != "help"]
        if options:
            lines.append("| option | meaning |\n|---|---|\n")
            lines += [f"| `{' '.join(o.opts)}` | {o.help} |\n" for o in options]
            lines.append("\n")
    return "".join(lines).rstrip() + "\n"


def _commands(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its whole name, and those of groups after their group."""
    for name, command in sorted(group.commands.items()):
        if not command.hidden:
            yield f"{prefix}{name}", command
            if hasattr(command, "commands"):
                yield from _commands(command, f"{prefix}{name} ")


def errors_page() -> str:
    """Every error that an API client or an import may meet, by its code."""
    lines = [
        "# Errors\n\n",
        (
            "Every error answer is `application/problem+json` (RFC 9457) with `type`, `title`, "
            "`status`, `detail`, `code` and `request_id`; a 422 adds `errors`, one entry for each "
            "refused field. The same codes stand in `error.code` of an import that failed. "
            "`detail` says what was wrong, where, and how to mend it; here is its general form.\n\n"
        ),
        "| code | status | meaning |\n|---|---|---|\n",
    ]
    for error in sorted(set(all_errors()), key=lambda e: (e.status, e.code, e.__doc__ or "")):
        summary = inspect.cleandoc(error.__doc__ or error.title).split("\n\n")[0]
        meaning = " ".join(summary.split())
        lines.append(f"| `{error.code}` | {error.status} | {meaning} |\n")
    return "".join(lines)


def all_errors() -> Iterator[type[RowmillError]]:
    """Every class of the error tree, after importing every module."""
    for module in pkgutil.walk_packages(rowmill.__path__, "rowmill."):
        if not module.name.endswith((".__main__", ".env")) and ".versions" not in module.name:
            import_module(module.name)
    waiting = [RowmillError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if error.__module__.startswith("rowmill."):
            yield error


PAGES = {"settings.md": settings_page, "cli.md": cli_page, "errors.md": errors_page}


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        content = GENERATED + page()
        if "--check" not in sys.argv:
            (TARGET / name).write_text(content)
        elif not (TARGET / name).exists() or (TARGET / name).read_text() != content:
            sys.exit(f"docs/reference/{name} is out of date: run `make reference`.")
