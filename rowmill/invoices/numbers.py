"""Invoice numbers in addresses: readable where they can be, and never ambiguous."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from uuid import UUID, uuid5

_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")
_ENCODED: Final = "~"
RESERVED: Final = frozenset({"count"})  # addresses of something else


def id_of(number: str) -> str:
    """The number as a part of an address: itself, or `~` and its base64url form."""
    if _PLAIN.fullmatch(number) and number not in RESERVED:
        return number
    encoded = base64.urlsafe_b64encode(number.encode("utf-8", "surrogatepass"))
    return _ENCODED + encoded.rstrip(b"=").decode()


def number_of(invoice_id: str) -> str:
    """The number that an id stands for; one that is no id stands for itself."""
    if not invoice_id.startswith(_ENCODED):
        return invoice_id
    encoded = invoice_id[1:].encode() + b"=" * (-len(invoice_id[1:]) % 4)
    try:
        return base64.b64decode(encoded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return invoice_id


def subject_of(dataset_id: UUID, number: str) -> UUID:
    """What the event log calls the invoice."""
    return uuid5(dataset_id, number)
