"""Makes sure that OpenSSH's server and client are there for the SFTP tests: installs Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
PACKAGES = ["openssh-server", "openssh-client"]


def find() -> str | None:
    """The path of an installed `sshd`, which often lies outside of a user's path."""
    return shutil.which("sshd", path=PATH)


def is_complete() -> bool:
    """Whether server, client and key generator are all there."""
    return find() is not None and None not in map(shutil.which, ("sftp", "ssh-keygen"))


def install() -> None:
    """Install them through apt, as root or through sudo without a password; start no service."""
    apt = shutil.which("apt-get")
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if apt is None:
        return
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"]
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", *PACKAGES]):
        command = [*sudo, *quiet, apt, *arguments]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603


if __name__ == "__main__":
    if not is_complete():
        install()
    if not is_complete():
        sys.exit(
            "The SFTP tests need OpenSSH's sshd, sftp and ssh-keygen, and they could not be "
            f"installed here. Install them (Debian: apt-get install {' '.join(PACKAGES)})."
        )
