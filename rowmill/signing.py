"""Short texts that carry values through a client's hands and cannot be altered on the way."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from typing import Any

SIGNATURE_BYTES = 16


class BadSignature(ValueError):
    """The text was altered, or signed with another key or for another purpose."""


def sign(key: bytes, purpose: str, values: Any) -> str:
    """An opaque, URL-safe text that carries `values` (anything JSON can hold), readable by all."""
    payload = json.dumps(values, separators=(",", ":"), sort_keys=True).encode()
    signed = _signature(key, purpose, payload) + payload
    return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()


def read(key: bytes, purpose: str, text: str) -> Any:
    """What `sign` put into the text. Raises: BadSignature."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        signed = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise BadSignature from error
    signature, payload = signed[:SIGNATURE_BYTES], signed[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(key, purpose, payload)):
        raise BadSignature
    return json.loads(payload)


def _signature(key: bytes, purpose: str, payload: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + payload, "sha256")[:SIGNATURE_BYTES]
