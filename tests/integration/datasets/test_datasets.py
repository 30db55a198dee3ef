"""Datasets by name: listed, renamed, deleted, and how they say they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from rowmill.context import Context
from rowmill.datasets import service
from rowmill.db import transaction
from rowmill.errors import NotFound
from rowmill.models import Dataset, File, Import, Job, JobStatus, new_id, now
from rowmill.paging import PageRequest
from tests.factories.accounts import Account, register
from tests.factories.datasets import Sheet, make_dataset, make_workspace

Make = Callable[..., Sheet]
Get = Callable[..., Any]
ONE = "SELECT 1::BIGINT AS id"


def begin_import(context: Context, dataset: Dataset, status: JobStatus, **values: Any) -> Import:
    """An import of the dataset whose job is in that state."""
    with transaction(context.engine) as session:
        job = Job(
            workspace_id=dataset.workspace_id, kind="imports.run", status=status,
            error=values.pop("error", None), progress=values.pop("progress", {}),
        )  # fmt: skip
        file = File(
            workspace_id=dataset.workspace_id, name="in.csv", sha256="0" * 64, size_bytes=5,
            content_type="text/csv",
        )  # fmt: skip
        session.add_all([job, file])
        session.flush()
        run = Import(
            workspace_id=dataset.workspace_id, dataset_id=dataset.id, file_id=file.id,
            job_id=job.id, mode="append", key=[], **values,
        )  # fmt: skip
        session.add(run)
    return run


RECEIPT = {
    "read": 5, "loaded": 3, "rejected": 2, "deduplicated": 0, "skipped": 0, "inserted": 3,
    "updated": 0, "unchanged": 0,
}  # fmt: skip


def test_datasets_are_listed_newest_first_in_pages(make: Make, client: TestClient) -> None:
    slugs = [make(name=f"File {n}.csv").slug for n in range(5)]
    answer = client.get("/api/datasets?limit=3")
    found = [item["slug"] for item in answer.json()["items"]]
    rest = client.get(answer.links["next"]["url"]).json()
    assert found + [item["slug"] for item in rest["items"]] == slugs[::-1]
    assert rest["next_cursor"] is None


def test_the_list_takes_one_query_however_long_it_is(served: Context) -> None:
    workspace_id = make_workspace(served)
    for n in range(4):
        sheet = make_dataset(served, workspace_id, name=f"{n}.csv")
        begin_import(served, sheet.dataset, JobStatus.RUNNING)
    statements: list[str] = []
    with transaction(served.engine) as session:
        session.connection()

        def count(*arguments: Any) -> None:
            statements.append(arguments[2])

        event.listen(served.engine, "before_cursor_execute", count)
        page = service.overviews(session, workspace_id, None, PageRequest(b"key"))
        seen = [
            (o.last_import.file.name, o.last_import.job.status) for o in page.items if o.last_import
        ]
        event.remove(served.engine, "before_cursor_execute", count)
    assert seen == [("in.csv", "running")] * 4
    assert len(statements) == 1


def test_the_list_is_searched_by_parts_of_names_and_slugs(make: Make, client: TestClient) -> None:
    make(name="Sales 100%.csv")
    make(name="Stock.csv")

    def found(search: str) -> list[str]:
        items = client.get("/api/datasets", params={"search": search}).json()["items"]
        return [item["name"] for item in items]

    assert found("SALES") == ["Sales 100%"]
    assert found("s-1") == ["Sales 100%"]
    assert found("0%") == ["Sales 100%"]
    assert found("%") == ["Sales 100%"]
    assert found(" ") == ["Stock", "Sales 100%"]
    assert found("nothing") == []


def test_a_summary_says_what_the_imports_say(make: Make, served: Context, get: Get) -> None:
    sheet = make()
    assert get(sheet.slug)["status"] == "failed"
    error = {"code": "unreadable_file", "message": "Line 3 is broken.", "line": 3}
    begin_import(served, sheet.dataset, JobStatus.FAILED, error=error)
    status = get(f"{sheet.slug}/status")
    assert (status["status"], status["error"]["line"]) == ("failed", 3)
    progress = {"phase": "parsing", "bytes_done": 1, "bytes_total": 5, "rows": 7}
    running = begin_import(served, sheet.dataset, JobStatus.RUNNING, progress=progress)
    status = get(f"{sheet.slug}/status")
    assert (status["status"], status["progress"]) == ("processing", progress)
    assert (status["error"], status["import_id"]) == (None, str(running.id))
    with transaction(served.engine) as session:
        session.get_one(Job, running.job_id).status = JobStatus.SUCCEEDED
        session.get_one(Import, running.id).receipt = RECEIPT
    sheet.append(ONE)
    summary = get(sheet.slug)
    assert (summary["status"], summary["row_count"], summary["rows_dropped"]) == ("ready", 1, 2)
    assert (summary["original_filename"], summary["column_count"]) == ("in.csv", 1)
    assert summary["last_import"]["receipt"] == RECEIPT
    assert summary["last_import"]["dataset_slug"] == sheet.slug
    begin_import(served, sheet.dataset, JobStatus.FAILED, error=error)
    status = get(f"{sheet.slug}/status")
    assert (status["status"], status["rows_dropped"]) == ("ready", 2)
    assert status["error"]["message"] == "Line 3 is broken."


def test_a_dataset_is_found_by_id_and_by_slug(make: Make, get: Get) -> None:
    sheet = make(ONE)
    assert get(str(sheet.dataset.id))["slug"] == get(sheet.slug)["slug"] == "sales"


def test_columns_are_listed_with_labels_types_and_places(make: Make, get: Get) -> None:
    sheet = make("SELECT 1::BIGINT AS id, 1.5::DECIMAL(9,2) AS price")
    assert get(f"{sheet.slug}/columns") == {
        "version": sheet.dataset.version,
        "items": [
            {"name": "id", "label": "ID", "type": "integer", "nullable": True, "position": 1},
            {
                "name": "price", "label": "PRICE", "type": "decimal(9,2)", "nullable": True,
                "position": 2,
            },
        ],
    }  # fmt: skip


def test_files_of_one_name_make_datasets_of_their_own(make: Make) -> None:
    first, second = make(), make()
    assert (first.dataset.name, second.dataset.name) == ("Sales", "Sales")
    assert (first.slug, second.slug) == ("sales", "sales-2")
    assert first.table.name != second.table.name


def test_a_dataset_is_made_once_under_its_name(served: Context) -> None:
    workspace_id = make_workspace(served)
    with transaction(served.engine) as session:
        made = service.find_or_create(session, workspace_id, "Sales 2024", created_by=None)
        for name in ("Sales 2024", "sales-2024", str(made.id)):
            assert service.find_or_create(session, workspace_id, name, created_by=None) is made
        with pytest.raises(NotFound):
            service.find_or_create(session, workspace_id, str(new_id()), created_by=None)


def test_renaming_changes_names_and_nothing_else(make: Make, client: TestClient, get: Get) -> None:
    sheet = make(ONE)
    path = f"/api/datasets/{sheet.slug}"
    tag = client.get(path).headers["ETag"]
    answer = client.patch(
        path, json={"name": " New  name ", "slug": "new"}, headers={"If-Match": tag}
    )
    assert (answer.status_code, answer.json()["name"], answer.json()["slug"]) == (
        200,
        "New name",
        "new",
    )
    assert client.get(path).status_code == 404
    assert get("new")["id"] == str(sheet.dataset.id)
    assert get("new/records")["items"] == [{"id": 1}]
    again = client.patch("/api/datasets/new", json={"name": "Lost"}, headers={"If-Match": tag})
    assert (again.status_code, again.json()["code"]) == (412, "precondition_failed")
    assert get("new")["name"] == "New name"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"slug": "taken"}, 409), ({"slug": "Not a slug"}, 422), ({"slug": str(new_id())}, 422),
        ({"name": ""}, 422), ({"name": "\x07"}, 422), ({"rows": 5}, 422), ({"slug": "mine"}, 200),
        ({}, 200),
    ],
)  # fmt: skip
def test_names_that_cannot_be_are_refused(
    make: Make, client: TestClient, body: dict[str, Any], status: int
) -> None:
    make(name="Taken.csv")
    sheet = make(name="Mine.csv")
    answer = client.patch(f"/api/datasets/{sheet.slug}", json=body)
    assert answer.status_code == status, answer.text


def test_a_deleted_dataset_is_gone_with_its_rows_and_its_slug_is_free(
    make: Make, client: TestClient, served: Context
) -> None:
    sheet = make(ONE)
    catalog = served.lakes.catalog(sheet.table.workspace_id)
    assert client.delete(f"/api/datasets/{sheet.slug}").status_code == 204
    assert client.get(f"/api/datasets/{sheet.slug}").status_code == 404
    assert client.delete(f"/api/datasets/{sheet.slug}").status_code == 404
    assert not catalog.has_table(sheet.table.name, catalog.latest_version())
    again = make(ONE)
    assert again.slug == sheet.slug
    assert again.table.name != sheet.table.name


def test_a_table_that_could_not_be_dropped_is_dropped_later(make: Make, served: Context) -> None:
    sheet = make(ONE)
    with transaction(served.engine) as session:
        session.get_one(Dataset, sheet.dataset.id).deleted_at = now()
    catalog = served.lakes.catalog(sheet.table.workspace_id)
    assert catalog.has_table(sheet.table.name, catalog.latest_version())
    with transaction(served.engine) as session:
        service.drop_left_tables(session, served.lakes, sheet.table.workspace_id)
        service.drop_left_tables(session, served.lakes, sheet.table.workspace_id)
    assert not catalog.has_table(sheet.table.name, catalog.latest_version())


def test_versions_are_listed_newest_first_with_what_made_them(
    make: Make, client: TestClient
) -> None:
    sheet = make(ONE)
    sheet.append(ONE)
    sheet.replace(ONE)
    path = f"/api/datasets/{sheet.slug}/versions"
    answer = client.get(f"{path}?limit=2")
    rest = client.get(answer.links["next"]["url"]).json()
    kinds = [item["kind"] for item in answer.json()["items"] + rest["items"]]
    assert kinds == ["replace", "append", "append"]
    assert rest["items"][0]["row_count"] == 1
    assert rest["next_cursor"] is None
    assert client.get(f"{path}?cursor=x").status_code == 400


def test_an_import_that_changed_nothing_makes_no_version(make: Make, client: TestClient) -> None:
    sheet = make(ONE)
    before = client.get(f"/api/datasets/{sheet.slug}").headers["ETag"]
    sheet.upsert(ONE, "id")
    assert client.get(f"/api/datasets/{sheet.slug}").headers["ETag"] == before
    assert len(client.get(f"/api/datasets/{sheet.slug}/versions").json()["items"]) == 1


def test_current_versions_are_kept_when_old_ones_expire(
    make: Make, served: Context, get: Get
) -> None:
    quiet, busy = make(ONE, "Quiet.csv"), make(ONE, "Busy.csv")
    for _ in range(3):
        busy.append(ONE)
    workspace_id = quiet.table.workspace_id
    with transaction(served.engine) as session:
        keep = service.current_versions(session, workspace_id)
    with served.lakes.writer(workspace_id) as writer:
        writer.expire_versions(older_than=timedelta(0), keep=keep)
        writer.remove_expired_files(older_than=timedelta(0))
    assert get("quiet/records")["total"] == 1
    assert get("busy/records", sort="id")["total"] == 4


PATHS = (
    "", "/columns", "/status", "/records", "/query", "/explore", "/values?column=id", "/export",
    "/versions",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_yours_looks_like_what_is_not_there(
    make: Make, client: TestClient, path: str
) -> None:
    sheet = make(ONE)
    client.cookies.clear()
    register(client, "eve@example.com")
    answers = [
        client.get(f"/api/datasets/{name}{path}")
        for name in (sheet.dataset.id, sheet.slug, new_id(), "nothing")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({str({**answer.json(), "request_id": ""}) for answer in answers}) == 1


def test_nothing_of_others_can_be_changed(make: Make, client: TestClient, ada: Account) -> None:
    sheet = make(ONE)
    client.cookies.clear()
    register(client, "eve@example.com")
    path = f"/api/datasets/{sheet.dataset.id}"
    assert client.patch(path, json={"name": "Eve's"}).status_code == 404
    assert client.delete(path).status_code == 404
    assert client.get("/api/datasets").json()["items"] == []
    client.cookies.clear()
    assert client.get(path, headers=ada.bearer).json()["name"] == "Sales"
