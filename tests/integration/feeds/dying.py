"""A worker that dies at a given call: `python -m tests.integration.feeds.dying`, settings as JSON.

It ends as `kill -9` would end it: nothing is tidied up.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import sys
from typing import Any

from rowmill.context import Context
from rowmill.settings import Settings
from tests.queueing import drain


def die_at(place: str, moment: str, count: int) -> None:
    """Let the process end before or after the call number `count` of a function."""
    module_name, _, path = place.partition(":")
    owner: Any = importlib.import_module(module_name)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original = getattr(owner, name)
    calls = 0

    @functools.wraps(original)
    def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count and moment == "before":
            os._exit(9)
        result = original(*arguments, **named)
        if calls == count and moment == "after":
            os._exit(9)
        return result

    setattr(owner, name, dying)


def main() -> None:
    """Work until the death, or until nothing is left to do."""
    told = json.loads(sys.argv[1])
    die_at(told["place"], told["moment"], told["count"])
    settings = Settings(_env_file=None, **told["settings"])
    context = Context.open(settings, told["database_url"])
    drain(told["database_url"], context)
    context.close()


if __name__ == "__main__":
    main()
