"""One sshd for the tests of a module, and settings that let Rowmill connect to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest

from rowmill.settings import Settings
from rowmill.sftp import SftpSession, connect
from tests.factories.sftp_servers import SftpServer, allowing_loopback, openssh

Connect = Callable[..., AbstractContextManager[SftpSession]]


@pytest.fixture(scope="module")
def running_sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    with openssh(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def sshd(running_sshd: SftpServer, request: pytest.FixtureRequest) -> SftpServer:
    """The module's sshd with an empty folder for one test."""
    folder = running_sshd.folder / request.node.name
    folder.mkdir()
    return SftpServer(
        running_sshd.port,
        folder,
        running_sshd.host_key,
        running_sshd.username,
        running_sshd.credentials,
    )


@pytest.fixture
def connected(settings: Settings) -> Connect:
    """`connect` on an installation that may reach this machine."""
    return partial(connect, allowing_loopback(settings))


@pytest.fixture
def session(sshd: SftpServer, connected: Connect) -> Iterator[SftpSession]:
    with connected(sshd.address(), sshd.credentials, sshd.host_key) as session:
        yield session
