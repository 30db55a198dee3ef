"""Signatures of webhooks, as Standard Webhooks (standardwebhooks.com) describes them."""

from __future__ import annotations

import base64
import hmac
import secrets

PREFIX = "whsec_"
KEY_BYTES = 32


def new_secret() -> str:
    """A secret that the receiver is given once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def headers(message_id: str, timestamp: int, body: bytes, keys: list[str]) -> dict[str, str]:
    """What shows the receiver that the message is ours, of `timestamp` (Unix seconds), unchanged.

    Signed with each of the secrets: while one replaces another, the receiver may know either.
    """
    content = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(key, content) for key in keys),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()
