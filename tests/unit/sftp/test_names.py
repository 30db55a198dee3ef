"""Names of remote files in whatever encoding."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from rowmill.sftp.session import ESCAPED, _raw, _text


@given(st.binary(min_size=1) | st.text(min_size=1).map(lambda t: t.encode(errors="replace")))
def test_every_name_is_found_again_by_what_is_shown_of_it(name: bytes) -> None:
    is_utf8 = name.decode(errors="ignore").encode() == name
    assume(not is_utf8 or not ESCAPED.search(name.decode()))
    assert _raw(_text(name)) == name
    _text(name).encode()  # it can be stored and sent


def test_readable_names_are_shown_as_they_are() -> None:
    for name in ("Größe.csv", r"back\slash.csv", "a b", "日本.csv"):
        assert _text(name.encode()) == name
    assert _text("Größe.csv".encode("latin-1")) == r"Gr\xf6\xdfe.csv"
