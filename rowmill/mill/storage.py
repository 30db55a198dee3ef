"""Where files come from and where they go: a local path, or an object store by s3:// URI.

The parse itself is local. A remote source is copied into the workspace first, and what was
staged is sent when it is complete.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

_COPY_BYTES: Final = 4 * 1024 * 1024
_SCHEME: Final = "s3://"


def is_remote(uri: str) -> bool:
    """Whether this names an object in a store rather than a local path."""
    return uri.startswith(_SCHEME)


def fetch(uri: str, settings: Mapping[str, Any] | None, folder: Path) -> str:
    """The local path of a file; a remote one is copied into the folder."""
    if not is_remote(uri):
        return uri.removeprefix("file://")
    target = folder / "source"
    with _filesystem(settings).open_input_stream(_key(uri)) as stream, target.open("wb") as file:
        shutil.copyfileobj(stream, file, _COPY_BYTES)
    return str(target)


def publish(path: Path, folder: str, settings: Mapping[str, Any] | None) -> str:
    """Put a local file into a folder of the store; its URI there."""
    uri = f"{folder.rstrip('/')}/{path.name}"
    with path.open("rb") as file, _filesystem(settings).open_output_stream(_key(uri)) as stream:
        shutil.copyfileobj(file, stream, _COPY_BYTES)
    return uri


def remove_folder(folder: str, settings: Mapping[str, Any] | None) -> None:
    """Remove a folder with all it holds, if it is there."""
    if not is_remote(folder):
        shutil.rmtree(folder.removeprefix("file://"), ignore_errors=True)
        return
    filesystem, key = _filesystem(settings), _key(folder)
    filesystem.delete_dir_contents(key, missing_dir_ok=True)


def _key(uri: str) -> str:
    return uri.removeprefix(_SCHEME)


def _filesystem(settings: Mapping[str, Any] | None) -> Any:
    """The store as a file system. Loaded only where needed: it takes a tenth of a second.

    The settings are the options of a DuckDB secret of type S3, in capitals or not.
    """
    given = {name.lower(): value for name, value in (settings or {}).items()}
    use_ssl = str(given.get("use_ssl", True)).lower() != "false"
    known = {
        "access_key": given.get("key_id"),
        "secret_key": given.get("secret"),
        "session_token": given.get("session_token"),
        "region": given.get("region"),
        "endpoint_override": given.get("endpoint"),
        "scheme": "https" if use_ssl else "http",
        "force_virtual_addressing": given.get("url_style") == "vhost",
    }
    arguments = {name: value for name, value in known.items() if value is not None}
    return import_module("pyarrow.fs").S3FileSystem(**arguments)
