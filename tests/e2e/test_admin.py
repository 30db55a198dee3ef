"""The administration in the browser, and the API keys of an account."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.programs import PASSWORD, Program, finished_import

GRACE = "grace@example.com"
LINUS = "linus@example.com"


@pytest.fixture
def client(program: Program) -> httpx.Client:
    return program.account()


@pytest.fixture
def grace(browser: Browser, program: Program, client: httpx.Client) -> Iterator[Page]:
    """A tab of her own, in which a user who is no administrator is signed in."""
    assert client.get("/api/me").json()["is_admin"]
    program.account(GRACE)
    context = browser.new_context(base_url=program.url)
    page = context.new_page()
    page.request.post("/api/login", data={"email": GRACE, "password": PASSWORD})
    yield page
    context.close()


def actions(page: Page, name: str, item: str) -> None:
    """Choose from the menu of a row."""
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name=item).click()


def test_a_key_is_shown_once_works_and_stops_when_it_is_revoked(
    signed_in: Page, program: Program
) -> None:
    signed_in.goto("/account")
    signed_in.get_by_role("button", name="New key").click()
    dialog = signed_in.get_by_role("dialog", name="New API key")
    dialog.get_by_role("button", name="Make key").click()
    expect(dialog.get_by_text("Enter a name.")).to_be_visible()
    dialog.get_by_label("Name").fill("nightly export")
    dialog.get_by_role("button", name="Make key").click()
    key = dialog.get_by_label("the key", exact=True).inner_text().strip()
    dialog.get_by_role("button", name="Done").click()

    with program.client(headers={"Authorization": f"Bearer {key}"}) as asked:
        assert asked.get("/api/datasets").status_code == 200
        assert asked.put("/api/datasets/x/data", content=b"a\n1\n").status_code == 403
    listed = signed_in.get_by_role("list", name="API keys").get_by_role("listitem")
    expect(listed.filter(has_text="nightly export")).to_contain_text(key[:12])
    expect(signed_in.get_by_text(key)).to_have_count(0)

    signed_in.get_by_role("button", name="Revoke nightly export").click()
    signed_in.get_by_role("button", name="Revoke this key").click()
    expect(listed.filter(has_text="nightly export")).to_have_count(0)
    with program.client(headers={"Authorization": f"Bearer {key}"}) as asked:
        assert asked.get("/api/datasets").status_code == 401


def test_whoever_is_no_administrator_is_told_so(grace: Page) -> None:
    grace.goto("/admin/users")
    expect(grace.get_by_role("heading", name="This is not open to you")).to_be_visible()
    expect(grace.get_by_role("table")).to_have_count(0)


def test_a_disabled_user_is_out_at_once_until_enabled(signed_in: Page, grace: Page) -> None:
    grace.goto("/account")
    expect(grace.get_by_role("heading", name="Account")).to_be_visible()
    signed_in.goto("/admin/users?search=grace")
    actions(signed_in, GRACE, "Disable…")
    signed_in.get_by_role("button", name="Disable", exact=True).click()
    row = signed_in.get_by_role("row").filter(has_text=GRACE)
    expect(row).to_contain_text("Disabled")

    grace.goto("/")
    expect(grace).to_have_url(re.compile("/login"))

    actions(signed_in, GRACE, "Enable")
    expect(row).to_contain_text("Active")
    again = grace.request.post("/api/login", data={"email": GRACE, "password": PASSWORD})
    assert again.ok


def test_a_new_user_gets_in_by_a_link_that_works_once(
    signed_in: Page, browser: Browser, program: Program
) -> None:
    signed_in.goto("/admin/users")
    signed_in.get_by_role("button", name="New user").click()
    signed_in.get_by_label("E-mail or user name").fill(LINUS)
    signed_in.get_by_role("button", name="Make user").click()
    link = signed_in.get_by_label("the link", exact=True).inner_text().strip()
    signed_in.get_by_role("button", name="Done").click()
    expect(signed_in.get_by_role("row").filter(has_text=LINUS)).to_contain_text("never")

    page = browser.new_page(base_url=program.url)
    page.goto(link)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_label("New password")).to_have_accessible_description(re.compile("8"))
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("The password is changed.")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail").fill(LINUS)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Datasets", exact=True)).to_be_visible()

    page.goto("/account")
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.close()


def test_a_reset_password_ends_the_users_sessions(signed_in: Page, grace: Page) -> None:
    signed_in.goto("/admin/users")
    actions(signed_in, GRACE, "Reset password…")
    signed_in.get_by_role("button", name="Make the link").click()
    link = signed_in.get_by_label("the link", exact=True).inner_text().strip()
    grace.goto("/account")
    expect(grace.get_by_role("heading", name="Account")).to_be_visible()

    signed_in.goto(link)
    signed_in.get_by_label("New password").fill(PASSWORD)
    signed_in.get_by_role("button", name="Set password").click()
    expect(signed_in.get_by_text("The password is changed.")).to_be_visible()

    grace.goto("/account")
    expect(grace).to_have_url(re.compile("/login"))


def test_a_quota_of_its_own_stops_a_workspace(signed_in: Page, client: httpx.Client) -> None:
    signed_in.goto("/admin/workspaces?search=ada")
    actions(signed_in, "ada@example.com", "Set quotas…")
    rows = signed_in.get_by_role("group", name="Rows")
    rows.get_by_text("Its own").click()
    signed_in.get_by_role("button", name="Save").click()
    expect(rows.get_by_text("Enter an amount")).to_be_visible()
    rows.get_by_role("textbox").fill("2")
    signed_in.get_by_role("button", name="Save").click()
    expect(signed_in.get_by_role("meter", name="Rows of ada@example.com")).to_be_visible()

    sent = client.put("/api/datasets/many/data", content=b"a\n1\n2\n3\n").json()
    run = finished_import(client, sent["import_id"])
    assert run["status"] == "failed"

    signed_in.goto("/admin/jobs?status=failed")
    row = signed_in.get_by_role("row").filter(has_text=re.compile("room for 2 more"))
    expect(row).to_be_visible()
    actions_of_row = row.get_by_role("button", name=re.compile("Try again"))
    own = client.get("/api/me").json()["workspace"]["id"]
    assert signed_in.request.put(f"/api/admin/workspaces/{own}/quotas", data={}).ok
    with signed_in.expect_response("**/retry") as asked:  # leaving the page would break it off
        actions_of_row.click()
    assert asked.value.ok
    finished_import(client, sent["import_id"])
    signed_in.goto("/admin/jobs?status=succeeded")
    expect(signed_in.get_by_role("row").filter(has_text="Import").first).to_be_visible()


def test_the_log_says_who_did_what_and_can_be_narrowed(signed_in: Page, grace: Page) -> None:
    signed_in.goto("/admin/users")
    actions(signed_in, GRACE, "Make administrator…")
    signed_in.get_by_role("button", name="Make administrator").click()
    row = signed_in.get_by_role("row").filter(has_text=GRACE)
    expect(row).to_contain_text("Administrator")
    grace.goto("/admin/users")
    expect(grace.get_by_role("table", name="Users")).to_be_visible()

    signed_in.goto("/admin/audit?kind=user")
    granted = signed_in.get_by_role("button", name="User admin granted").first
    expect(granted).to_be_visible()
    expect(signed_in.get_by_role("button", name=re.compile("^Key"))).to_have_count(0)
    granted.click()
    details = signed_in.get_by_role("dialog", name="User admin granted")
    expect(details).to_contain_text("ada@example.com")
    expect(details).to_contain_text("user.admin_granted")


def test_the_system_page_shows_workers_storage_settings_and_maintenance(signed_in: Page) -> None:
    signed_in.goto("/admin/system")
    expect(signed_in.get_by_role("region", name="Workers")).to_contain_text("alive")
    expect(signed_in.get_by_role("region", name="Storage")).to_contain_text("database")
    settings = signed_in.get_by_role("region", name="Settings").first
    signed_in.get_by_label("Search settings").fill("data_dir")
    expect(settings).to_contain_text("ROWMILL_DATA_DIR")
    expect(settings).not_to_contain_text("ROWMILL_HOST")

    signed_in.get_by_role("button", name="Run now").click()

    runs = signed_in.get_by_role("list", name="Maintenance runs").get_by_role("listitem")
    expect(runs.first).to_contain_text("took", timeout=30_000)
