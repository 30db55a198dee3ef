"""The command line. Heavy parts are imported by the command that needs them, to start quickly."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from rowmill import __version__, logs
from rowmill.errors import ConfigurationError
from rowmill.settings import Settings, get_settings

app = typer.Typer(
    name="rowmill",
    help="A self-hosted data inbox: files in; clean, typed, versioned tables with an API out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console()
errors = Console(stderr=True)


def main() -> None:
    """Run the command line; a setting that does not work ends it with a sentence and status 2."""
    try:
        app()
    except ConfigurationError as error:
        errors.print(f"[bold red]{error.title}:[/] {error.detail}", highlight=False)
        sys.exit(2)
    except ValidationError as error:
        for item in error.errors():
            name = f"ROWMILL_{'_'.join(map(str, item['loc'])).upper()}"
            errors.print(f"[bold red]{name}:[/] {item['msg']}", highlight=False)
        sys.exit(2)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the data.")] = None,
    server_processes: Annotated[int | None, typer.Option(help="Server processes.")] = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes beside them.")] = None,
) -> None:
    """Serve the web app and the API, with a worker beside, until Ctrl-C."""
    _override(
        host=host, port=port, data_dir=data_dir, server_processes=server_processes, workers=workers
    )
    settings = _prepare()
    _load("rowmill.supervisor").Supervisor(settings).run()


@app.command()
def worker(
    concurrency: Annotated[int | None, typer.Option(help="Jobs to run at once.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the data.")] = None,
) -> None:
    """Work on the queue until Ctrl-C. Any number of workers may run, on any machines."""
    _override(worker_concurrency=concurrency, data_dir=data_dir)
    settings = _prepare()
    run = _load("rowmill.worker").run
    with _load("rowmill.processes").database(settings) as url:
        run(settings, url)


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    settings = _prepare()
    with _load("rowmill.processes").database(settings) as url:
        changed = _load("rowmill.migrations.upgrading").upgrade(url)
    console.print("The database is up to date now." if changed else "There was nothing to do.")


@app.command()
def doctor() -> None:
    """Check that everything Rowmill needs is there and works; status 1 where something is not."""
    settings = _prepare()
    checks = _load("rowmill.doctor").examine(settings)
    for check in checks:
        mark = "[green]ok[/]  " if check.is_fine else "[red]FAIL[/]"
        console.print(f"{mark} {check.name}: {check.finding}", highlight=False)
    if not all(check.is_fine for check in checks):
        raise typer.Exit(1)


@app.command()
def version() -> None:
    """Print the version."""
    console.print(f"rowmill {__version__}", highlight=False)


def _override(**values: object) -> None:
    """Options win over the environment, and reach the child processes through it."""
    for name, value in values.items():
        if value is not None:
            os.environ[f"ROWMILL_{name.upper()}"] = str(value)


def _prepare() -> Settings:
    settings = get_settings()
    logs.configure(settings)
    return settings


def _load(name: str) -> Any:
    return import_module(name)
