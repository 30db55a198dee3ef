"""Which addresses may be reached."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from rowmill.errors import ConfigurationError, Invalid
from rowmill.outbound import (
    HostNotFound,
    PrivateAddress,
    check_host,
    check_private_hosts,
    checked_url,
    is_public,
)
from rowmill.settings import Settings

PRIVATE = [
    "0.0.0.0",  # noqa: S104 - not listened on
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "2001:0:808:808::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "172.32.0.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


def settings(*hosts: str) -> Settings:
    return Settings(allow_private_hosts=hosts, _env_file=None)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_form_of_a_private_address_is_reached(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(PrivateAddress, match="ROWMILL_ALLOW_PRIVATE_HOSTS"):
        check_host(settings(), address, 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_reached(address: str) -> None:
    assert is_public(ip_address(address))
    (checked,) = check_host(settings(), address, 443)
    assert ip_address(checked) == ip_address(address)


@pytest.mark.parametrize(
    "form", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "LOCALHOST."]
)
def test_another_way_to_write_an_address_does_not_hide_it(form: str) -> None:
    with pytest.raises(PrivateAddress):
        check_host(settings(), form, 80)


@pytest.mark.parametrize(
    ("entry", "host", "port"),
    [
        ("127.0.0.1", "127.0.0.1", 80),
        ("127.0.0.0/8", "127.9.9.9", 80),
        ("127.0.0.1/8", "127.9.9.9", 80),
        ("localhost", "LocalHost.", 80),
        ("127.0.0.0/8", "localhost", 80),
        ("127.0.0.0/8", "2130706433", 80),
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        ("localhost:8080", "localhost", 8080),
        ("10.0.0.0/8", "::ffff:10.0.0.1", 80),
        ("::1", "[::1]", 80),
        ("[::1]:22", "::1", 22),
        ("fd00::/8", "fd00::5", 80),
    ],
)
def test_what_an_administrator_allowed_is_reached(entry: str, host: str, port: int) -> None:
    assert check_host(settings("db.example", entry), host, port)


@pytest.mark.parametrize(
    ("entry", "host", "port"),
    [
        ("127.0.0.2", "127.0.0.1", 80),
        ("localhost", "127.0.0.1", 80),
        ("127.0.0.1:8080", "127.0.0.1", 8081),
        ("localhost:8080", "localhost", 80),
    ],
)
def test_what_is_allowed_allows_nothing_else(entry: str, host: str, port: int) -> None:
    with pytest.raises(PrivateAddress):
        check_host(settings(entry), host, port)


def test_the_setting_is_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROWMILL_ALLOW_PRIVATE_HOSTS", "nas.lan, 10.0.0.0/8")
    assert Settings(_env_file=None).allow_private_hosts == ("nas.lan", "10.0.0.0/8")


@pytest.mark.parametrize("entry", ["10.0.0.0/33", "http://nas.lan", "a b", "user@host", ":80"])
def test_an_entry_that_allows_nothing_is_told(entry: str) -> None:
    with pytest.raises(ConfigurationError, match="ROWMILL_ALLOW_PRIVATE_HOSTS"):
        check_private_hosts(settings(entry))


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".example", "\udcff", ""])
def test_a_name_that_nobody_has_is_told(host: str) -> None:
    with pytest.raises((HostNotFound, PrivateAddress)):
        check_host(settings(), host, 80)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "begins with http"),
        ("nas.lan/in", "begins with http"),
        ("ftp://nas.lan", "begins with http"),
        ("https://", "begins with http"),
        ("https://nas.lan:99999/", "begins with http"),
        ("https://[::1/", "begins with http"),
        ("https://me:secret@nas.lan/", "own fields"),
        ("https://nas.lan/#part", "#"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_by_its_field(url: str, message: str) -> None:
    with pytest.raises(Invalid, match=message) as caught:
        checked_url(url, field="source.url")
    assert caught.value.errors[0]["field"] == "source.url"
    assert "secret" not in caught.value.detail


def test_a_good_address_stays_as_it_is() -> None:
    assert (
        checked_url(" https://nas.lan:8443/in?x=1 ", field="url") == "https://nas.lan:8443/in?x=1"
    )
