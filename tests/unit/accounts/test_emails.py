from __future__ import annotations

import pytest

from rowmill.accounts.emails import canonical_name, normalized


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ada@example.com", "ada@example.com"),
        (" Ada.Lovelace+rows@Example.COM\n", "ada.lovelace+rows@example.com"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
        ("ada@intranet.local", "ada@intranet.local"),
        ("ada@rowmill.test", "ada@rowmill.test"),
    ],
)
def test_one_mailbox_has_one_address(typed: str, kept: str) -> None:
    assert normalized(typed) == kept
    assert canonical_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "ada", "@example.com", "ada@", "ada@nodot", "a b@example.com", "ada@ex ample.com",
     "Ada <ada@example.com>", "ada@example.invalid", "ada@[127.0.0.1]", "ada@example..com",
     "ada\0@example.com"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        normalized(typed)


@pytest.mark.parametrize(
    ("typed", "looked_up"), [(" Warehouse ", "warehouse"), ("ÄDA", "äda"), ("a@", "a@")]
)
def test_a_username_is_looked_up_in_lower_case(typed: str, looked_up: str) -> None:
    assert canonical_name(typed) == looked_up
