from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rowmill.syncs.destinations.base import without
from rowmill.syncs.destinations.http import retry_after, signature


def test_a_pause_is_understood_as_seconds_and_as_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=90)
    assert retry_after("120") == 120
    assert retry_after(format_datetime(moment, usegmt=True)) == pytest.approx(90, abs=2)
    assert retry_after(format_datetime(moment - timedelta(days=1), usegmt=True)) == 0
    assert retry_after("999999999") == 24 * 3600
    for nonsense in (None, "soon", "-5", "1.5", ""):
        assert retry_after(nonsense) is None


def test_the_signature_is_that_of_time_and_body() -> None:
    body = b'{"goods":[]}'
    wanted = hmac.new(b"key", b"1700000000." + body, hashlib.sha256).hexdigest()
    assert signature("key", body, 1_700_000_000) == f"t=1700000000,v1={wanted}"


def test_secrets_are_blackened_in_answers_the_longer_ones_first() -> None:
    assert without("token abcdefgh!", iter(["abcd", "abcdefgh", "to"])) == "token •••!"
