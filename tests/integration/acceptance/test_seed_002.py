"""The document of the product upload, from top to bottom, by its documented calls."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.programs import Program, until

PASSWORD = "a password of some length"
HEADER = "name,price,quantity,last_updated,barcode\n"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program(tmp_path_factory.mktemp("program") / "data") as program:
        yield program


@pytest.fixture
def signed_in(program: Program, request: pytest.FixtureRequest) -> httpx.Client:
    """A client with the token of a new user, got as the document says."""
    client = program.client()
    name = f"user-{abs(hash(request.node.name))}"
    user = {"username": name, "password": PASSWORD}
    assert client.post("/users", json=user).status_code == 201
    token = client.post("/auth", data=user).raise_for_status().json()
    client.headers["Authorization"] = f"Bearer {token['access_token']}"
    return client


def upload(client: httpx.Client, content: bytes, name: str = "products.csv") -> httpx.Response:
    return client.put("/products", files={"file": (name, io.BytesIO(content))})


def products(client: httpx.Client) -> list[dict[str, Any]]:
    answer = client.get("/products", params={"limit": 1000}).raise_for_status()
    found: list[dict[str, Any]] = answer.json()["products"]
    return found


def test_anyone_registers_and_signs_in(program: Program) -> None:
    client = program.client()
    user = {"username": "anyone", "password": PASSWORD}

    made = client.post("/users", json=user)
    assert made.status_code == 201
    assert PASSWORD not in made.text
    assert client.post("/users", json=user).status_code == 409
    for answer in (client.post("/auth", data=user), client.post("/auth", json=user)):
        assert answer.status_code == 200
        assert answer.json()["token_type"] == "bearer"
    assert client.post("/auth", data={**user, "password": "wrong"}).status_code == 401
    assert client.get("/docs").status_code in {200, 404}  # 404 where the web app is not built


def test_products_are_created_and_updated_from_a_file(signed_in: httpx.Client) -> None:
    first = f"{HEADER}Tea,2.50,10,2025-04-01 10:00:00,0012\nRice,1.10,5,2025-04-01 10:00:00,0013\n"
    answer = upload(signed_in, first.encode())

    assert answer.status_code == 200, answer.text
    assert answer.json()["message"]
    assert answer.json()["receipt"]["inserted"] == 2
    second = (
        f"{HEADER}Tea,2.75,8,2025-04-02 10:00:00,0012\nCup,3,1,2025-04-02 10:00:00,0014\n"
        "Cup,4,1,2025-04-02 11:00:00,0014\nBad,dear,1,2025-04-02 11:00:00,0015\n"
    )
    answer = upload(signed_in, second.encode())
    receipt = answer.json()["receipt"]
    assert (receipt["inserted"], receipt["updated"]) == (1, 1)
    assert (receipt["deduplicated"], receipt["rejected"]) == (1, 1)
    assert "later one of the same barcode" in answer.json()["message"]
    assert [(p["barcode"], p["name"], p["price"], p["quantity"]) for p in products(signed_in)] == [
        ("0012", "Tea", 2.75, 8),
        ("0013", "Rice", 1.10, 5),
        ("0014", "Cup", 4.00, 1),
    ]


def test_products_are_uploaded_as_a_workbook(signed_in: httpx.Client, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(HEADER.strip().split(","))
    book.active.append(["Tea", 2.5, 10, "2025-04-01 10:00:00", "0012"])
    book.save(tmp_path / "products.xlsx")

    answer = upload(signed_in, (tmp_path / "products.xlsx").read_bytes(), "products.xlsx")

    assert answer.status_code == 200, answer.text
    (tea,) = products(signed_in)
    assert (tea["barcode"], tea["price"], tea["last_updated"]) == (
        "0012", 2.50, "2025-04-01T10:00:00",
    )  # fmt: skip


def test_what_is_no_table_of_products_is_refused_with_a_reason(signed_in: httpx.Client) -> None:
    assert upload(signed_in, b"").status_code == 400
    for content in (b"a,b\n1,2\n", b"name,price\nTea,1\n", b"%PDF-1.7\n\x00\x01\x02" * 50):
        answer = upload(signed_in, content)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.json()["detail"]) > 20
    assert products(signed_in) == []


def test_another_system_sends_batches(signed_in: httpx.Client) -> None:
    tea = {"name": "Tea", "price": 2.5, "quantity": 10, "last_updated": "2025-04-01T10:00:00",
           "barcode": "0012"}  # fmt: skip
    cup = {**tea, "name": "Cup", "barcode": "0014", "price": 0.1}
    sent = signed_in.post("/products", json={"products": [tea, cup]})

    assert sent.status_code == 201, sent.text
    assert sent.json()["receipt"]["inserted"] == 2
    again = signed_in.post("/products", json={"products": [tea, cup]})
    assert (again.status_code, len(products(signed_in))) == (201, 2)
    changed = {
        **tea,
        "price": 2.625,
        "last_updated": "2025-04-02T10:00:00+02:00",
        "origin": "Assam",
    }
    sent = signed_in.post("/products", json={"products": [changed]})
    assert (sent.status_code, sent.json()["receipt"]["updated"]) == (201, 1)
    first, second = products(signed_in)
    assert (first["price"], first["last_updated"], first["origin"]) == (
        2.625, "2025-04-02T08:00:00", "Assam",
    )  # fmt: skip
    assert (second["price"], second["origin"]) == (0.1, None)
    for body in ({}, {"products": [{"name": "Tea"}]}, {"products": "Tea"}):
        assert signed_in.post("/products", json=body).status_code == 422


def test_nobody_sends_or_sees_products_without_signing_in(program: Program) -> None:
    client = program.client()
    assert upload(client, HEADER.encode()).status_code == 401
    assert client.post("/products", json={"products": []}).status_code == 401
    assert client.get("/products").status_code == 401


def sync(program: Program) -> str:
    """What `make sync` prints."""
    environment = {
        **os.environ,
        **program.environment,
        "ROWMILL_DATA_DIR": str(program.data_dir),
    }
    done = subprocess.run(
        [*program.command, "sync"],
        env=environment,
        cwd=program.data_dir.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


def test_products_go_to_another_system_when_they_are_new_or_changed(
    program: Program, signed_in: httpx.Client, tmp_path: Path
) -> None:
    name = signed_in.get("/api/me").raise_for_status().json()["username"]
    environment = {"BASE_URL": program.url, "USERNAME": name, "PASSWORD": PASSWORD}
    with Program(tmp_path / "source", environment=environment) as source:
        client = source.account()
        until(lambda: client.get("/api/syncs").json()["items"], seconds=30, what="the sync")
        assert upload(client, f"{HEADER}Tea,2.50,10,2025-04-01 10:00:00,0012\n".encode()).is_success
        first = sync(source)
        dear = f"{HEADER}Tea,2.75,10,2025-04-01 10:00:00,0012\nCup,3,1,2025-04-02 10:00:00,0014\n"
        assert upload(client, dear.encode()).is_success
        second, third = sync(source), sync(source)
        (shown,) = client.get("/api/syncs").json()["items"]
        given = products(client)

    assert "sent 1 records in 1 batches" in first
    assert "sent 2 records in 1 batches" in second
    assert "nothing to send" in third
    assert [(p["barcode"], p["price"]) for p in products(signed_in)] == [
        ("0012", 2.75),
        ("0014", 3.00),
    ]
    assert products(signed_in) == given
    assert (shown["schedule_text"], shown["is_managed"]) == ("every 10 minutes", True)
    assert PASSWORD not in str(shown)
