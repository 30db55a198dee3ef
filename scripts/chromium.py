"""Makes sure that a Chromium is there for the browser tests: installs Debian's where it can."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """The path of an installed Chromium; `ROWMILL_TEST_CHROMIUM` overrides the search."""
    given = os.environ.get("ROWMILL_TEST_CHROMIUM")
    return given or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Install it through apt, as root or through sudo without a password."""
    apt = shutil.which("apt-get")
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if apt is None:
        return
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
        subprocess.run([*sudo, apt, *arguments], check=False, stdout=subprocess.DEVNULL)  # noqa: S603


if __name__ == "__main__":
    if find() is None:
        install()
    if find() is None:
        sys.exit(
            "The browser tests need Chromium and it could not be installed here. Install it "
            "(Debian: apt-get install chromium) or set ROWMILL_TEST_CHROMIUM to its path."
        )
