"""Files of every format, sent as a client does."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.factories.workbooks import Rows, ods, xls, xlsx
from tests.integration.imports.conftest import Inbox

TABLE: Rows = [["id", "code", "amount"], [1, "0123", 95.7], [2, "x", 120.25]]
RECORDS = [dict(zip(TABLE[0], row, strict=True)) for row in TABLE[1:]]
ROWS = [
    {"id": 1, "code": "0123", "amount": 95.7},
    {"id": 2, "code": "x", "amount": 120.25},
]


def parquet() -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(RECORDS), target)
    return target.getvalue()


def zipped(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def lines() -> bytes:
    return "\n".join(map(json.dumps, RECORDS)).encode()


FORMATS: dict[str, Callable[[], bytes]] = {
    "xlsx": lambda: xlsx({"Sales": TABLE}),
    "xls": lambda: xls({"Sales": TABLE}),
    "ods": lambda: ods({"Sales": TABLE}),
    "json": lambda: json.dumps(RECORDS).encode(),
    "jsonl": lines,
    "parquet": parquet,
}


@pytest.mark.parametrize("file_format", FORMATS)
def test_each_format_becomes_the_same_table(inbox: Inbox, file_format: str) -> None:
    run = inbox.load("sales", FORMATS[file_format]())
    assert run["status"] == "succeeded", run["error"]
    assert (run["receipt"]["read"], run["receipt"]["loaded"]) == (2, 2)
    assert run["plan"]["format"] == file_format
    assert inbox.rows("sales") == ROWS


def test_what_is_packed_is_imported_and_the_plan_shows_it(inbox: Inbox) -> None:
    run = inbox.load("sales", gzip.compress(lines()))
    assert (run["plan"]["format"], run["plan"]["container"]) == ("jsonl", "gzip")
    assert inbox.rows("sales") == ROWS


def test_rejects_of_a_workbook_name_sheet_and_cell(inbox: Inbox) -> None:
    inbox.load("sales", xlsx({"Sales": TABLE}))
    run = inbox.load("sales", xlsx({"May": [TABLE[0], [3, "y", "lots"], [4, "z", 1.5]]}))
    assert (run["receipt"]["loaded"], run["receipt"]["rejected"]) == (1, 1)
    (reject,) = inbox.rejects(run)
    assert (reject["sheet"], reject["cell"], reject["value"]) == ("May", "C2", "lots")
    csv = inbox.client.get(f"/api/imports/{run['id']}/rejects/export").text
    assert "May,C2" in csv


def test_rejects_of_json_name_record_and_line(inbox: Inbox) -> None:
    run = inbox.load("sales", lines() + b'\n{"id": 3,\n\n{"id": 4}\n')
    assert run["receipt"] | {"read": 5, "loaded": 3, "rejected": 1, "skipped": 1} == run["receipt"]
    (reject,) = inbox.rejects(run)
    assert (reject["record"], reject["line"], reject["raw"]) == (3, 3, '{"id": 3,')


def test_another_sheet_of_the_same_workbook_is_another_import(inbox: Inbox) -> None:
    book = xlsx({"Sales": TABLE, "More": [TABLE[0], [3, "y", 1.5]]})
    inbox.load("sales", book)
    run = inbox.load("sales", book, sheet="More")
    assert run["plan"]["sheets"] == ["Sales", "More"]
    assert [row["id"] for row in inbox.rows("sales")] == [1, 2, 3]
    assert inbox.put("sales", book, sheet="More")["duplicate"] is True


def test_a_form_can_choose_a_member(inbox: Inbox) -> None:
    packed = zipped(**{"a.jsonl": lines(), "b.csv": b"n\n7\n"})
    failed = inbox.load("sales", packed)
    assert failed["error"]["code"] == "member_undecided"
    assert failed["error"]["members"] == ["a.jsonl", "b.csv"]
    answer = inbox.client.post(
        "/api/upload",
        files={"file": ("all.zip", packed)},
        data={"dataset": "sales", "member": "a.jsonl"},
    )
    assert answer.status_code == 201, answer.text
    inbox.work()
    assert inbox.rows("sales") == ROWS


def test_a_broken_document_leaves_nothing_behind(inbox: Inbox) -> None:
    run = inbox.load("sales", b'[{"id": 1},\n{"id": 2]')
    assert (run["status"], run["error"]["code"]) == ("failed", "unreadable_file")
    assert run["error"]["line"] == 2
    assert inbox.client.get("/api/datasets/sales").json()["row_count"] == 0


def test_a_format_that_there_is_not_is_refused_at_once(inbox: Inbox) -> None:
    answer = inbox.client.put("/api/datasets/s/data", content=b"a\n1\n", params={"format": "tea"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "format"


def test_another_sheet_of_a_workbook_is_imported_without_sending_it_again(inbox: Inbox) -> None:
    book = xlsx({"Sales": TABLE, "Costs": [["item", "cost"], ["x", 3]]})
    first = inbox.load("sales", book)
    assert first["plan"]["sheets"] == ["Sales", "Costs"]
    body = {"file_id": first["file"]["id"], "dataset": "costs", "sheet": "Costs"}
    answer = inbox.client.post("/api/imports", json=body)
    assert answer.status_code == 201
    inbox.work()
    assert inbox.run(answer.json()["import_id"])["status"] == "succeeded"
    assert inbox.rows("costs") == [{"item": "x", "cost": 3}]
    assert inbox.rows("sales") == ROWS
    again = inbox.client.post("/api/imports", json=body)
    assert (again.status_code, again.json()["duplicate"]) == (200, True)


def test_a_failed_archive_tells_its_members_and_one_of_them_is_imported(inbox: Inbox) -> None:
    answer = inbox.put("two", zipped(**{"a.csv": b"x\n1\n", "b.csv": b"y\n2\n"}))
    inbox.work()
    failed = inbox.run(answer["import_id"])
    assert failed["error"]["members"] == ["a.csv", "b.csv"]
    body = {"file_id": failed["file"]["id"], "dataset": "two", "member": "b.csv"}
    assert inbox.client.post("/api/imports", json=body).status_code == 201
    inbox.work()
    assert inbox.rows("two") == [{"y": 2}]


def test_a_file_that_is_not_there_or_options_of_no_sense_are_refused(inbox: Inbox) -> None:
    first = inbox.load("sales", b"a\n1\n")
    post = inbox.client.post
    missing = {"file_id": "01900000-0000-7000-8000-000000000000"}
    assert post("/api/imports", json=missing).status_code == 404
    wrong = {"file_id": first["file"]["id"], "format": "docx"}
    assert post("/api/imports", json=wrong).json()["errors"][0]["field"] == "format"
