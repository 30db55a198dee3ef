"""The processes that `rowmill serve` starts: `python -m rowmill web|worker … --lifeline`.

They do without the command line, which takes a fifth of a second to load, and collect no garbage
while they load their code, which saves another.
"""

from __future__ import annotations

import gc
import socket
import sys
from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from rowmill import logs
from rowmill.processes import follow_lifeline
from rowmill.settings import get_settings


def main() -> None:
    """Load the code of a server or worker process, wait for the parent's word, and work."""
    parser = ArgumentParser(prog="rowmill", add_help=False)
    parser.add_argument("process", choices=("web", "worker"))
    parser.add_argument("--socket", type=int)
    parser.add_argument("--lifeline", action="store_true")
    options = parser.parse_args(sys.argv[1:])
    settings = get_settings()
    logs.configure(settings)
    code = _load(f"rowmill.{options.process}")
    url = follow_lifeline()
    if options.process == "worker":
        code.run(settings, url)
    else:
        code.serve(settings, url, socket.socket(fileno=options.socket))


def _load(name: str) -> Any:
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()  # what is loaded stays: nobody need look through it again
        gc.enable()
