"""Files are recognised before they are sent."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.factories.workbooks import xlsx
from tests.programs import PASSWORD

HEADER = "Invoice/Item Number,Date,Store Name,Item Number,Bottles Sold,Sale (Dollars),Remark\n"
ROWS = [f"INV-{i},01/{i % 28 + 1:02d}/2026,Été,00{i},2,19.90,x\n" for i in range(900)]
SALES = HEADER + "".join(ROWS)


@pytest.fixture
def user(client: TestClient) -> TestClient:
    """A signed-in client."""
    account = {"email": "ada@example.com", "password": PASSWORD}
    assert client.post("/api/register", json=account).status_code == 201
    return client


def recognise(user: TestClient, content: bytes | str, **params: str) -> Any:
    """How the file is recognised."""
    body = content.encode() if isinstance(content, str) else content
    answer = user.post("/api/recognise", content=body, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(user: TestClient, content: bytes, status: int, **params: str) -> Any:
    """Why the file is not recognised."""
    answer = user.post("/api/recognise", content=content, params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


def types(found: Any) -> dict[str, str]:
    return {column["name"]: column["type"] for column in found["columns"]}


def test_a_file_of_sales_is_offered_as_sales_with_its_mapping_and_what_is_kept(
    user: TestClient,
) -> None:
    found = recognise(user, SALES)
    assert found["match"]["template"] == "sales"
    headers = {each["column"]: each["header"] for each in found["match"]["mapping"]}
    assert headers["amount"] == "Sale (Dollars)"
    assert headers["quantity"] == "Bottles Sold"
    assert found["match"]["extra"] == ["Remark"]
    amount = next(column for column in found["columns"] if column["label"] == "Sale (Dollars)")
    assert amount["samples"][:2] == ["19.90", "19.90"]


def test_the_mapping_follows_the_template_that_is_named(user: TestClient) -> None:
    found = recognise(user, "sku,title,price\n1,Tea,2.50\n", template="stock")
    assert found["match"]["template"] == "stock"
    assert "quantity" in found["match"]["missing"]
    assert refused(user, b"a\n1\n", 422, template="nonsense")["errors"][0]["field"] == "template"


def test_a_beginning_that_ends_within_a_line_is_recognised_like_the_whole(user: TestClient) -> None:
    cut = SALES.encode()[: len(HEADER.encode()) + 20_003]
    whole = recognise(user, SALES)
    assert types(recognise(user, cut, beginning="true")) == types(whole)


@pytest.mark.parametrize("share", [0.4, 0.71, 0.983])
def test_the_beginning_of_a_packed_or_a_json_file_is_recognised(
    user: TestClient, share: float
) -> None:
    rows = [{"id": i, "name": f"Größe {i * 7919 % 1000}", "price": i / 4} for i in range(4000)]
    document = json.dumps({"meta": {"page": 1}, "items": rows}, ensure_ascii=False).encode()
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    packed = gzip.compress(SALES.encode() * 3)
    for content, names in (
        (document, ["id", "name", "price"]),
        (lines, ["id", "name", "price"]),
        (packed, ["invoice_item_number", "date"]),
    ):
        found = recognise(user, content[: int(len(content) * share)], beginning="true")
        assert list(types(found))[: len(names)] == names
    found = recognise(user, document[: int(len(document) * share)], beginning="true")
    assert found["records"] == "items"
    assert found["columns"][1]["samples"][0] == "Größe 0"


def test_the_beginning_of_a_workbook_or_an_archive_says_that_it_does_not_suffice(
    user: TestClient,
) -> None:
    book = xlsx({"Sales": [["a", "b"], [1, 2]], "Costs": [["c"], [3]]})
    assert refused(user, book[:500], 422, beginning="true")["code"] == "beginning_only"
    found = recognise(user, book)
    assert found["sheets"] == ["Sales", "Costs"]
    assert list(types(recognise(user, book, sheet="Costs"))) == ["c"]


def test_an_archive_of_several_files_tells_them(user: TestClient) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("one.csv", "a,b\n1,2\n")
        archive.writestr("two.csv", "c\n3\n")
    problem = refused(user, target.getvalue(), 422)
    assert (problem["code"], problem["members"]) == ("member_undecided", ["one.csv", "two.csv"])
    assert list(types(recognise(user, target.getvalue(), member="two.csv"))) == ["c"]


def test_what_is_no_table_is_refused_and_too_much_of_a_file_too(user: TestClient) -> None:
    assert refused(user, b"", 400)["code"] == "empty_file"
    assert refused(user, bytes(range(256)) * 40, 422)["code"] == "not_text"
    assert "beginning=true" in refused(user, b"a,b\n" * 300_000, 413)["detail"]


def test_nothing_is_kept_of_what_was_only_looked_at(user: TestClient) -> None:
    recognise(user, SALES)
    assert user.get("/api/datasets").json()["items"] == []
    assert user.get("/api/imports").json()["items"] == []
    assert user.get("/api/usage").json()["usage"]["storage_bytes"] == 0
