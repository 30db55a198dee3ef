"""What a person sees when something fails, and how the page comes back."""

from __future__ import annotations

import contextlib
import re

import pytest
from playwright.sync_api import Error, Page, Route, expect

REFERENCE = "4f1d2c3b4a5968778695a4b3c2d1e0f1"
LISTING = re.compile(r"/api/operations\?")


def refuse(page: Page, status: int, *, address: re.Pattern[str] = LISTING, after: int = 2) -> None:
    """Let the server answer with a problem, as it would under that trouble."""

    def answer(route: Route) -> None:
        route.fulfill(
            status=status,
            content_type="application/problem+json",
            headers={"Retry-After": str(after), "X-Request-ID": REFERENCE},
            json={"status": status, "title": "Trouble", "detail": "It happened.", "code": "x"},
        )

    page.route(address, answer)


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (403, "This is not open to you"),
        (404, "Not found"),
        (413, "Too large"),
        (429, "Too many requests"),
        (500, "Something broke on the server"),
        (503, "The server is busy"),
    ],
)
def test_each_failure_says_what_happened_and_has_a_reference(
    signed_in: Page, status: int, title: str
) -> None:
    refuse(signed_in, status, after=60)
    signed_in.goto("/operations")
    failure = signed_in.get_by_role("alert")
    expect(failure.get_by_role("heading")).to_have_text(title)
    expect(failure).to_contain_text("It happened.")
    expect(failure).to_contain_text(REFERENCE)
    expect(failure.get_by_role("button", name="Copy reference")).to_be_visible()


def test_too_many_requests_counts_down_and_goes_on_by_itself(signed_in: Page) -> None:
    refuse(signed_in, 429, after=3)
    signed_in.goto("/operations")
    expect(signed_in.get_by_role("timer")).to_contain_text("Trying again in")
    signed_in.unroute(LISTING)
    expect(signed_in.get_by_role("heading", name="No operations yet")).to_be_visible()


def test_a_page_comes_back_when_the_connection_does(signed_in: Page) -> None:
    signed_in.goto("/account")
    expect(signed_in.get_by_role("heading", name="Account")).to_be_visible()
    signed_in.route("**/api/**", lambda route: route.abort("internetdisconnected"))
    signed_in.get_by_role("link", name="Operations").first.click()
    expect(signed_in.get_by_role("heading", name="No answer from the server")).to_be_visible()
    signed_in.unroute("**/api/**")
    expect(signed_in.get_by_role("heading", name="No operations yet")).to_be_visible()


def test_a_server_in_trouble_at_the_start_is_not_an_empty_page(signed_in: Page) -> None:
    refuse(signed_in, 503, address=re.compile(r"/api/me$"), after=3)
    signed_in.goto("/operations")
    expect(signed_in.get_by_role("heading", level=1)).to_have_text("The server is busy")
    signed_in.unroute(re.compile(r"/api/me$"))
    expect(signed_in.get_by_role("heading", name="Operations", exact=True)).to_be_visible()


def test_an_ended_session_leads_to_sign_in_and_back(signed_in: Page) -> None:
    signed_in.goto("/operations")
    expect(signed_in.get_by_role("heading", name="Operations", exact=True)).to_be_visible()
    signed_in.context.clear_cookies()
    # A request that was still to come may find out before the click does: the link is gone then.
    with contextlib.suppress(Error):
        signed_in.get_by_role("link", name="Activity").click(timeout=5_000)
    expect(signed_in.get_by_text("Your session has ended")).to_be_visible()
    expect(signed_in).to_have_url(re.compile("return="))
