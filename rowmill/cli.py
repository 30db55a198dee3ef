"""The command line. Heavy parts are imported by the command that needs them, to start quickly."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from rowmill import __version__, logs
from rowmill.errors import RowmillError
from rowmill.settings import Settings, get_settings, variable_of

app = typer.Typer(
    name="rowmill",
    help="A self-hosted data inbox: files in; clean, typed, versioned tables with an API out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
admin = typer.Typer(help="Administration on the server's own machine.", no_args_is_help=True)
demo = typer.Typer(invoke_without_command=True)
secrets = typer.Typer(help="The sealed secrets of feeds, syncs and webhooks.", no_args_is_help=True)
app.add_typer(admin, name="admin")
app.add_typer(demo, name="demo")
app.add_typer(secrets, name="secrets")
console = Console()
errors = Console(stderr=True)


def main() -> None:
    """Run the command line; a setting that does not work ends it with a sentence and status 2."""
    try:
        app()
    except RowmillError as error:
        errors.print(
            f"[bold red]{error.title}:[/] {escape(error.detail)}", highlight=False, soft_wrap=True
        )
        sys.exit(2)
    except ValidationError as error:
        for item in error.errors():
            name = variable_of("_".join(map(str, item["loc"])))
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
    _check_outgoing(settings)
    _load("rowmill.supervisor").Supervisor(settings).run()


@app.command()
def worker(
    concurrency: Annotated[int | None, typer.Option(help="Jobs to run at once.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the data.")] = None,
) -> None:
    """Work on the queue until Ctrl-C. Any number of workers may run, on any machines."""
    _override(worker_concurrency=concurrency, data_dir=data_dir)
    settings = _prepare()
    _check_outgoing(settings)
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
def backup(
    target: Annotated[
        Path, typer.Argument(help="File to write, a folder for it, or - for standard output.")
    ],
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the data.")] = None,
) -> None:
    """Write database, originals and tables into one archive, while everything runs."""
    _override(data_dir=data_dir)
    settings = _prepare()
    service = _load("rowmill.backups.service")
    service.check_source(settings)
    output = service.target_for(target)
    with _load("rowmill.processes").database(settings) as url, _progress_bar("Copying") as report:
        made = service.back_up(settings, url, output, report)
    name = output if isinstance(output, Path) else "Written"
    errors.print(f"{name}: {_contents(made)}", highlight=False, soft_wrap=True)
    if made.missing:
        errors.print(
            f"[bold red]INCOMPLETE:[/] {len(made.missing)} files that the database names are not "
            f"in the object store, such as {made.missing[0]}.",
            highlight=False,
        )
        raise typer.Exit(1)


@app.command()
def restore(
    source: Annotated[
        Path, typer.Argument(help="What `rowmill backup` wrote, or - for standard input.")
    ],
    force: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--force", help="Replace all data that is there already.")
    ] = False,
    check: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--check", help="Only read the archive and compare its checksums.")
    ] = False,
    resume: Annotated[  # noqa: FBT002 - an option
        bool,
        typer.Option(
            "--resume", help="Let feeds, syncs and webhooks go on, which else are paused."
        ),
    ] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the data.")] = None,
) -> None:
    """Put a backup back, into an empty installation, while Rowmill does not run."""
    _override(data_dir=data_dir)
    settings = _prepare()
    service = _load("rowmill.backups.service")
    told: list[str] = []
    with ExitStack() as stack:
        if str(source) == "-":
            source = stack.enter_context(service.spooled(sys.stdin.buffer, settings))
        if check:
            made = service.checked(source)
        else:
            url = stack.enter_context(_load("rowmill.processes").database(settings))
            report = stack.enter_context(_progress_bar("Writing"))
            made = service.restore(settings, url, source, report, force=force, resume=resume)
            told.append(_load("rowmill.backups.outgoing").told(url))
            told.append(_load("rowmill.backups.sealed").examine(settings, url).complaint)
    word = "Whole" if check else "Restored"
    errors.print(f"{word}: {_contents(made)}", highlight=False, soft_wrap=True)
    for sentence in filter(None, told):
        errors.print(sentence, highlight=False, soft_wrap=True)


@app.command()
def health(
    url: Annotated[
        str | None, typer.Option(help="Address of the server; by default the settings' own.")
    ] = None,
    workers: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--workers", help="Look for a live worker instead, in the database.")
    ] = False,
) -> None:
    """Ask whether Rowmill runs and can do its work; status 1 where not."""
    asking = _load("rowmill.health.asking")
    settings = _prepare()
    answer = asking.about_workers(settings) if workers else asking.about_server(settings, url)
    errors.print(answer, highlight=False, soft_wrap=True)


@admin.command()
def create(
    username: Annotated[
        str | None, typer.Option(help="Username or e-mail address; asked for when missing.")
    ] = None,
    password_stdin: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Make an administrator. The password is read from standard input, or taken from
    ROWMILL_ADMIN_PASSWORD, or asked for at a terminal; otherwise one is made and printed once.
    """
    settings = _prepare()
    name = username or typer.prompt("Username or e-mail address")
    password = _admin_password(from_stdin=password_stdin)
    with _load("rowmill.processes").database(settings) as url:
        _load("rowmill.migrations.upgrading").upgrade(url)  # on a fresh machine nobody else has
        try:
            generated = _load("rowmill.admin.creating").create_admin(url, name, password)
        except RowmillError as error:
            errors.print(f"[bold red]{error.title}:[/] {error.detail}", highlight=False)
            raise typer.Exit(1) from error
    console.print(f"{name} is an administrator now.", highlight=False)
    if generated:
        console.print(f"Password, shown this once: {generated}", highlight=False, soft_wrap=True)


def _admin_password(*, from_stdin: bool) -> str | None:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given = os.environ.get("ROWMILL_ADMIN_PASSWORD")
    if given or not sys.stdin.isatty():
        return given
    asked: str = typer.prompt(
        "Password (empty: one is made)", hide_input=True, default="", show_default=False
    )
    return asked or None


@demo.callback()
def demo_data(
    context: typer.Context,
    user: Annotated[
        str | None, typer.Option(help="Whose workspace; by default the first administrator's.")
    ] = None,
    remove: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--remove", help="Remove the demo, with whatever was added to it.")
    ] = False,
) -> None:
    """Fill a workspace with two years of invented sales, products and stock."""
    if context.invoked_subcommand:
        return
    settings = _prepare()
    command = _load("rowmill.demo.command")
    with _load("rowmill.processes").database(settings) as url:
        for sentence in command.run(settings, url, user, remove=remove):
            console.print(sentence, highlight=False, soft_wrap=True)


@demo.command("sftp")
def demo_sftp(  # noqa: PLR0913, PLR0917 - options
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 2222,
    folder: Annotated[
        Path | None, typer.Option(help="Where its files lie; by default in the data folder.")
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=3660, help="Days that are there from the beginning.")
    ] = 14,
    user: Annotated[str, typer.Option(help="The account's name.")] = "demo",
    password: Annotated[
        str | None,
        typer.Option(
            help="The account's password; by default one is made and printed.",
            envvar="ROWMILL_DEMO_SFTP_PASSWORD",
        ),
    ] = None,
    authorized_keys: Annotated[
        Path | None, typer.Option(help="File of public keys that open the account too.")
    ] = None,
    every: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds after which a next day is delivered.")
    ] = None,
) -> None:
    """Serve invented daily sales and products by SFTP, until Ctrl-C, to try feeds on."""
    settings = _prepare()
    server = _load("rowmill.demo.sftp")
    target = (folder or settings.data_dir / "demo-sftp").expanduser().absolute()
    server.run(
        settings,
        server.Options(host, port, target, days, user, password, authorized_keys, every),
        lambda line: console.print(line, highlight=False, soft_wrap=True, markup=False),
    )


@app.command()
def sync(
    slug: Annotated[
        str | None, typer.Argument(help="The sync; by default all that are not paused.")
    ] = None,
) -> None:
    """Run syncs now and print what was sent; status 2 where something could not be.

    A worker does it; where none is alive, this command does.
    """
    settings = _prepare()
    command = _load("rowmill.syncs.command")
    with _load("rowmill.processes").database(settings) as url:
        for sentence in command.run(settings, url, slug, _helping):
            console.print(sentence, highlight=False, soft_wrap=True)


@secrets.command()
def rotate() -> None:
    """Seal every secret by a new key, also while Rowmill runs.

    The new key is the first of ROWMILL_ENCRYPTION_KEY. Without that setting one is made, and put
    before the old one in encryption.key of the data folder.
    """
    settings = _prepare()
    _check_outgoing(settings)
    sealing = _load("rowmill.sealing")
    with _load("rowmill.processes").database(settings) as url:
        for sentence in sealing.rotated(settings, url):
            console.print(sentence, highlight=False, soft_wrap=True)


@app.command()
def version() -> None:
    """Print the version."""
    console.print(f"rowmill {__version__}", highlight=False)


def _helping(context: Any) -> AbstractContextManager[None]:
    """Work in this process; what that takes is loaded only where it is needed."""
    working: AbstractContextManager[None] = _load("rowmill.worker").helping(context)
    return working


def _contents(made: Any) -> str:
    """What an archive holds, in a few words."""
    counts = ", ".join(f"{count} {name}" for name, count in made.counts.items())
    return f"{counts}, {made.size_bytes / 1e6:,.1f} MB, as of {made.created_at[:19]} UTC"


@contextmanager
def _progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """Shows how far something is, where somebody looks on; yields what is to be told."""
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _override(**values: object) -> None:
    """Options win over the environment, and reach the child processes through it."""
    for name, value in values.items():
        if value is not None:
            os.environ[f"ROWMILL_{name.upper()}"] = str(value)


def _prepare() -> Settings:
    settings = get_settings()
    logs.configure(settings)
    return settings


def _check_outgoing(settings: Settings) -> None:
    """Refuse at the start what would fail at the first connection. Raises: ConfigurationError."""
    if settings.allow_private_hosts:
        _load("rowmill.outbound").check_private_hosts(settings)
    if settings.encryption_key is not None:
        _load("rowmill.encryption").encryption_of(settings)
    if settings.mail_from is not None:
        _load("rowmill.mail").sender_of(settings)


def _load(name: str) -> Any:
    return import_module(name)
