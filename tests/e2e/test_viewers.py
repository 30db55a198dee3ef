"""What somebody sees who may only look: all there is to read, and nothing that would be refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, Response, expect

from rowmill.postgres import EmbeddedPostgres
from tests.factories.invoices import invoice
from tests.programs import PASSWORD, Program, finished_import

GRACE = "grace@example.com"
PAGES = (
    "/",
    "/dashboard",
    "/invoices",
    "/invoices/A-1",
    "/invoices/A-1?edit=true",
    "/stock",
    "/datasets/people/explore",
    "/datasets/people/table",
    "/datasets/people/imports",
    "/datasets/people/api",
    "/operations",
    "/templates",
    "/templates/returns",
    "/templates/returns?edit=true",
    "/feeds",
    "/syncs",
    "/webhooks",
    "/activity",
)
CHANGING = (
    "/invoices/new",
    "/operations/new",
    "/templates/new",
    "/feeds/new",
    "/syncs/new",
)
EDITS = re.compile(
    r"New|Import\b|Edit|Delete|Remove (?!duplicates)|Rename|Cancel|Run|Try again|Make|Save|Pause"
    r"|Drop|Change|Follow"
)


@pytest.fixture
def viewer(browser: Browser, program: Program, signed_in: Page) -> Iterator[Page]:
    """A tab of hers, in a workspace of somebody else's in which she is a viewer."""
    assert signed_in.context.browser is browser
    _fill(program.account())
    her_id = program.account(GRACE).get("/api/me").json()["id"]
    workspace_id = program.account().get("/api/me").json()["workspace"]["id"]
    database = EmbeddedPostgres(program.data_dir / "postgres").url
    with psycopg.connect(database) as connection:  # the oldest membership is the one to begin in
        connection.execute(
            "INSERT INTO members (workspace_id, user_id, role, created_at)"
            " VALUES (%s, %s, 'viewer', '2020-01-01') ON CONFLICT DO NOTHING",
            [workspace_id, her_id],
        )
    context = browser.new_context(base_url=program.url)
    context.set_default_timeout(20_000)
    page = context.new_page()
    assert page.request.post("/api/login", data={"email": GRACE, "password": PASSWORD}).ok
    yield page
    context.close()


def _fill(client: httpx.Client) -> None:
    """Something to look at on every page."""
    sent = client.put("/api/datasets/people/data", content=b"id,name\n1,Ann\n2,Bob\nx,Cy\n").json()
    finished_import(client, sent["import_id"])
    client.post("/api/invoices", json=invoice("A-1"))
    client.post("/api/operations", json={"dataset_id": "people", "operation": "dedup"})
    column = {"name": "number", "label": "Number", "type": "text"}
    template = {"name": "returns", "label": "Returns", "columns": [column]}
    client.post("/api/templates", json=template)


def test_a_viewer_can_read_every_page_and_is_offered_no_change(viewer: Page) -> None:
    refused: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400:
            refused.append(f"{answer.status} {answer.url}")

    viewer.on("response", note)
    for path in PAGES:
        viewer.goto(path)
        expect(viewer.get_by_role("heading", level=1)).to_be_visible()
        main = viewer.get_by_role("main")
        expect(main.get_by_role("status", name=re.compile("Loading"))).to_have_count(0)
        names = [
            control.get_attribute("aria-label") or control.inner_text()
            for role in ("button", "link")
            for control in main.get_by_role(role).all()
        ]
        offered = [name for name in names if EDITS.match(name.strip())]
        assert (path, offered) == (path, [])
        expect(main.get_by_role("alert")).to_have_count(0)
    assert refused == []


def test_pages_that_do_nothing_but_change_are_not_open_to_a_viewer(viewer: Page) -> None:
    for path in CHANGING:
        viewer.goto(path)
        expect(viewer.get_by_role("heading", name="This is not open to you")).to_be_visible()
