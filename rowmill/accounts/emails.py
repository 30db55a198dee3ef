"""E-mail addresses: checked for their form, never by asking the network."""

from __future__ import annotations

import unicodedata

import email_validator

# The library refuses domains that the public net does not route. A network of one's own does
# route these, and whoever runs Rowmill there signs in with them.
PRIVATE_DOMAINS = frozenset({"local", "localhost", "test"})
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = [
    domain for domain in email_validator.SPECIAL_USE_DOMAIN_NAMES if domain not in PRIVATE_DOMAINS
]


def normalized(address: str) -> str:
    """The address as it is kept: in lower case, so that one mailbox has one account.

    Raises: ValueError with a sentence on what is wrong with it.
    """
    checked = email_validator.validate_email(address.strip(), check_deliverability=False)
    return checked.normalized.lower()


def canonical_name(name: str) -> str:
    """What an account is looked up by, for whatever a person types as its e-mail or username."""
    if "@" in name:
        try:
            return normalized(name)
        except email_validator.EmailNotValidError:
            pass
    return unicodedata.normalize("NFC", name.strip()).lower()


def username(name: str) -> str:
    """The username as it is kept; one with an @-sign is an e-mail address.

    Raises: ValueError with a sentence on what is wrong with it.
    """
    if "@" in name:
        return normalized(name)
    canonical = canonical_name(name)
    if not canonical:
        raise ValueError("A username has at least one character.")
    if ":" in canonical or not canonical.isprintable():
        raise ValueError("A username has no colon and no control characters.")
    return canonical
