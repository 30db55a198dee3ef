"""Writes the API's description to web/openapi.json; with --check, fails where it is out of date."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rowmill.app import create_app
from rowmill.settings import Settings

TARGET = Path(__file__).parent.parent / "web" / "openapi.json"


def description() -> str:
    """The OpenAPI document of the present code. Nothing is contacted to make it."""
    app = create_app(Settings(secret_key="unused"), "postgresql://localhost/unused")  # noqa: S106
    return json.dumps(app.openapi(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        TARGET.write_text(description())
    elif not TARGET.exists() or TARGET.read_text() != description():
        sys.exit("web/openapi.json is out of date: run `make api`.")
