from __future__ import annotations

import base64

import pytest

from rowmill.notifications.signing import headers, new_secret


@pytest.mark.parametrize(
    ("secret", "message_id", "timestamp", "body", "signature"),
    [
        (
            "whsec_plJ3nmyCDGBKInavdOK15jsl",
            "msg_loFOjxBNrRLzqYUf",
            1731705121,
            b'{"event_type":"ping","data":{"success":true}}',
            "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
        ),
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ],
)
def test_signatures_are_those_that_other_implementations_make(
    secret: str, message_id: str, timestamp: int, body: bytes, signature: str
) -> None:
    assert headers(message_id, timestamp, body, [secret]) == {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }


def test_while_one_secret_replaces_another_both_sign() -> None:
    old, new = new_secret(), new_secret()
    (with_old,) = headers("msg", 1, b"{}", [old])["webhook-signature"].split()
    assert headers("msg", 1, b"{}", [new, old])["webhook-signature"].split()[1] == with_old


def test_a_secret_is_long_and_new_each_time() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(len(base64.b64decode(one.removeprefix("whsec_"))) == 32 for one in made)
