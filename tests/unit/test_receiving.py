"""Bodies on their way into the store, cut into pieces at any place."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from rowmill.errors import BadRequest, TooLarge
from rowmill.files.receiving import (
    BrokenUpload,
    EmptyUpload,
    Limits,
    MissingFile,
    Received,
    receive_body,
    receive_form,
)
from rowmill.files.service import clean_name
from rowmill.store import FolderStore

WORKSPACE = UUID(int=7)
BOUNDARY = "----boundary"


def request(
    pieces: Sequence[bytes], content_type: str = "text/csv", *, is_cut_off: bool = False
) -> Request:
    """A request whose body comes in those pieces; the connection may break off behind them."""
    messages: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": True} for piece in pieces
    ]
    end: Message = {"type": "http.request", "body": b"", "more_body": False}
    messages.append({"type": "http.disconnect"} if is_cut_off else end)

    async def receive() -> Message:
        return messages.pop(0)

    headers = [(b"content-type", content_type.encode())]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


def form(*parts: tuple[str, str | None, bytes]) -> bytes:
    """A multipart body of (field, file name, content)."""
    lines = []
    for field, filename, content in parts:
        named = f'; filename="{filename}"' if filename is not None else ""
        lines += [
            f"--{BOUNDARY}\r\n".encode(),
            f'Content-Disposition: form-data; name="{field}"{named}\r\n'.encode(),
            b"Content-Type: text/csv\r\n\r\n" if filename is not None else b"\r\n",
            content,
            b"\r\n",
        ]
    return b"".join(lines) + f"--{BOUNDARY}--\r\n".encode()


def cut(body: bytes, sizes: Sequence[int]) -> list[bytes]:
    pieces, rest = [], body
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    return [piece for piece in (*pieces, rest) if piece]


def send_form(store: FolderStore, pieces: Sequence[bytes], *, is_cut_off: bool = False) -> Received:
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    sent = request(pieces, content_type, is_cut_off=is_cut_off)
    return asyncio.run(receive_form(sent, store, Limits(1_000_000), WORKSPACE))


def send_body(store: FolderStore, pieces: Sequence[bytes], *, is_cut_off: bool = False) -> Received:
    sent = request(pieces, is_cut_off=is_cut_off)
    return asyncio.run(receive_body(sent, store, Limits(1000), WORKSPACE, "a.csv"))


def stored(store: FolderStore) -> list[bytes]:
    return [b"".join(store.read(found.key)) for found in store.list("")]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path, min_free_bytes=0)


@given(
    content=st.binary(min_size=1, max_size=400),
    sizes=st.lists(st.integers(1, 40), max_size=30),
    file_first=st.booleans(),
)
def test_a_file_arrives_as_sent_however_the_form_is_cut(
    content: bytes, sizes: list[int], *, file_first: bool
) -> None:
    file = ("file", "Übersicht 2024.csv", content)
    fields = [("dataset", None, b"sales"), ("mode", None, b"append")]
    parts = [file, *fields] if file_first else [*fields, file]
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder), min_free_bytes=0)
        received = send_form(store, cut(form(*parts), sizes))

        assert stored(store) == [content]
    assert received.fields == {"dataset": "sales", "mode": "append"}
    assert received.name == "Übersicht 2024.csv"
    assert received.sha256 == hashlib.sha256(content).hexdigest()
    assert received.size_bytes == len(content)


def test_a_raw_body_arrives_as_sent(store: FolderStore) -> None:
    received = send_body(store, [b"a,b\n", b"1,2\n"])
    assert stored(store) == [b"a,b\n1,2\n"]
    assert received.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()


def test_the_same_bytes_are_stored_once(store: FolderStore) -> None:
    send_body(store, [b"a\n1\n"])
    send_body(store, [b"a\n", b"1\n"])
    assert stored(store) == [b"a\n1\n"]


@pytest.mark.parametrize("kind", ["body", "form"])
def test_a_connection_that_breaks_leaves_nothing(store: FolderStore, kind: str) -> None:
    body = form(("file", "a.csv", b"a,b\n1,2\n"))[:-40]
    send = send_body if kind == "body" else send_form
    with pytest.raises(BrokenUpload):
        send(store, [body], is_cut_off=True)
    assert stored(store) == []


def test_a_form_that_ends_too_early_leaves_nothing(store: FolderStore) -> None:
    with pytest.raises(BrokenUpload):
        send_form(store, [form(("file", "a.csv", b"a,b\n1,2\n"))[:-20]])
    assert stored(store) == []


def test_a_body_over_the_limit_is_refused_and_leaves_nothing(store: FolderStore) -> None:
    with pytest.raises(TooLarge, match="1,000 bytes"):
        send_body(store, [b"x" * 600, b"x" * 600])
    assert stored(store) == []


def test_an_empty_file_is_refused(store: FolderStore) -> None:
    with pytest.raises(EmptyUpload):
        send_body(store, [])
    with pytest.raises(EmptyUpload):
        send_form(store, [form(("file", "a.csv", b""))])
    assert stored(store) == []


def test_a_form_without_a_file_is_refused(store: FolderStore) -> None:
    with pytest.raises(MissingFile):
        send_form(store, [form(("dataset", None, b"sales"))])
    with pytest.raises(MissingFile):
        asyncio.run(receive_form(request([b"a,b\n"]), store, Limits(1000), WORKSPACE))


def test_two_files_in_one_form_are_refused_and_leave_nothing(store: FolderStore) -> None:
    with pytest.raises(BadRequest, match="one file"):
        send_form(store, [form(("file", "a.csv", b"a\n1\n"), ("file", "b.csv", b"b\n2\n"))])
    assert stored(store) == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\data\\sales.csv", "sales.csv"), ("", "upload")],
)
def test_file_names_lose_their_folders(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept
