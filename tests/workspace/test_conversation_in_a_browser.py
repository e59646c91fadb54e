"""Beside an order in a real browser: a note that names somebody, files dropped and pasted, an
activity done, the inbox, at a desk and on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from core.auth.models import User
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.chrome import violations
from tests.fake_addons.showcase.shop.models import Customer, Order
from tests.workspace.conftest import Hire, Person, sit_down

pytestmark = pytest.mark.browser

LIVE = "#conversation-live"
# What a page gets when a file is dropped on it or pasted into it.
HAND_OVER = """(target, [kind, name, type, content]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([content], name, { type }));
  const options = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
    : new DragEvent(kind, { ...options, dataTransfer: transfer });
  target.dispatchEvent(event);
}"""


@pytest.fixture(scope="module")
def order(kernel: Kernel, store: Tenant) -> str:
    """The path of an order."""
    with kernel.session(store) as session:
        order = Order(number="B-1", customer=Customer(name="Beside"), date=date(2026, 11, 22))
        session.add(order)
        session.flush()
        return f"/shop/orders/{order.id}"


@pytest.fixture(scope="module")
def basim(kernel: Kernel, store: Tenant, hire: Hire) -> Person:
    """A colleague who reads orders."""
    person = hire({"shop.order.read": "all"})
    with kernel.session(store) as session:
        session.get_one(User, person.user_id).name = "Basim Khan"
    return person


@pytest.fixture
def page(desk: Page, address: str, order: str) -> Page:
    """The order at a desk, with its conversation in sight."""
    desk.goto(f"{address}{order}#conversation")
    expect(desk.locator(LIVE)).to_be_visible()
    return desk


def at_the_order(browser: Browser, address: str, hire: Hire, order: str) -> Page:
    """A desk at which something is refused, which the browser itself complains about."""
    page = sit_down(browser, address, hire())
    page.goto(f"{address}{order}#conversation")
    expect(page.locator(LIVE)).to_be_visible()
    return page


def test_a_note_names_somebody_chosen_with_the_keyboard_and_they_find_it_in_their_inbox(
    page: Page,
    browser: Browser,
    address: str,
    kernel: Kernel,
    store: Tenant,
    basim: Person,
) -> None:
    note = page.get_by_label("Write a note")
    note.press_sequentially("Ask @Basi")
    expect(page.locator(".lookup-option")).to_have_text(["Basim Khan"])
    page.keyboard.press("Enter")
    expect(note).to_have_value("Ask @Basim Khan ")
    note.press_sequentially("<b>today</b>")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".moment-note .mention")).to_have_text("@Basim Khan")
    expect(page.locator(".moment-note")).to_contain_text("<b>today</b>")
    expect(note).to_have_value("")
    work_off(kernel, store)

    theirs = sit_down(browser, address, basim)
    theirs.goto(address)
    expect(theirs.locator(".inbox-count")).to_contain_text("1")
    theirs.locator(".inbox-badge").click()
    theirs.get_by_role("button", name="mentioned you: B-1").click()
    expect(theirs.locator(LIVE)).to_contain_text("Basim Khan")
    expect(theirs.locator(".inbox-count")).to_have_count(0)
    expect(theirs.get_by_label("Write a note")).to_have_count(0)
    theirs.context.close()


def test_a_note_that_is_refused_stays_where_it_was_written(
    browser: Browser, address: str, hire: Hire, order: str
) -> None:
    page = at_the_order(browser, address, hire, order)
    note = page.get_by_label("Write a note")
    note.evaluate("field => { field.maxLength = 999999; field.value = 'x'.repeat(20001); }")
    page.get_by_role("button", name="Note", exact=True).click()
    expect(page.locator("[data-problem]")).to_contain_text("longer than 20000 characters")
    assert len(note.input_value()) == 20_001
    note.fill("short")
    page.get_by_role("button", name="Note", exact=True).click()
    expect(page.locator(".moment-note").first).to_contain_text("short")
    expect(page.locator("[data-problem]")).to_be_empty()
    page.context.close()


def test_files_come_by_dropping_pasting_and_choosing_and_bad_ones_say_why(
    browser: Browser, address: str, hire: Hire, order: str
) -> None:
    page = at_the_order(browser, address, hire, order)
    composer = page.locator(".conversation-composer")
    composer.evaluate(HAND_OVER, ["dragover", "a.txt", "text/plain", "a"])
    expect(page.locator("#conversation")).to_have_class(re.compile("is-dropping"))
    composer.evaluate(HAND_OVER, ["drop", "dropped.txt", "text/plain", "dropped words"])
    files = page.locator(".file-list")
    expect(files).to_contain_text("dropped.txt")
    page.get_by_label("Write a note").evaluate(
        HAND_OVER, ["paste", "لصق 👍.txt", "text/plain", "pasted words"]
    )
    expect(files).to_contain_text("لصق 👍.txt")
    page.locator(".conversation-attach input[multiple]").set_input_files(
        [
            {"name": "one.txt", "mimeType": "text/plain", "buffer": b"one"},
            {"name": "fake.pdf", "mimeType": "application/pdf", "buffer": b"no pdf"},
            {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
        ]
    )
    expect(files).to_contain_text("one.txt")
    refused = page.locator(".upload-refused")
    expect(refused).to_have_count(2)
    expect(refused.first).to_contain_text("is not a PDF file")
    expect(refused.last).to_contain_text("empty.txt is empty.")
    page.context.close()


def test_a_file_is_deleted_after_asking(page: Page) -> None:
    page.locator(".conversation-attach input[multiple]").set_input_files(
        {"name": "short lived.txt", "mimeType": "text/plain", "buffer": b"brief"}
    )
    expect(page.locator(".file-list")).to_contain_text("short lived.txt")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete short lived.txt").click()
    expect(page.locator(".file-list", has_text="short lived.txt")).to_have_count(0)
    expect(page.locator(".timeline")).to_contain_text("deleted the file short lived.txt")


def test_an_activity_is_planned_for_somebody_and_done_with_a_word(
    page: Page, basim: Person
) -> None:
    page.get_by_text("Activity", exact=True).click()
    page.get_by_label("What is to be done").fill("Call them back")
    page.get_by_label("Kind").select_option("call")
    who = page.get_by_label("Who")
    who.fill("Basi")
    expect(page.locator(".lookup-option")).to_have_text(["Basim Khan"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Plan it").click()
    task = page.locator(".task-list li", has_text="Call them back")
    expect(task).to_contain_text("Today")
    expect(task).to_contain_text("Basim Khan")
    expect(page.get_by_label("What is to be done")).to_be_hidden()
    task.get_by_text("Done", exact=True).click()
    task.get_by_label("What came of it").fill("They pay on Monday")
    task.get_by_role("button", name="Mark as done").click()
    expect(page.locator(".moment-done")).to_contain_text("They pay on Monday")
    expect(page.locator(".task-list")).to_have_count(0)


def test_following_begins_and_ends_with_a_button(page: Page) -> None:
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("button", name="Unfollow")).to_be_visible()
    page.get_by_role("button", name="Unfollow").click()
    expect(page.get_by_role("button", name="Follow", exact=True)).to_be_visible()


def test_what_somebody_else_writes_appears_by_itself_and_what_i_write_stays(
    page: Page, order: str, hire: Hire
) -> None:
    note = page.get_by_label("Write a note")
    note.fill("half a thought")
    colleague = hire()
    colleague.api.post(f"/api/v1{order}/notes", json={"body": "meanwhile, elsewhere"})
    expect(page.locator(".timeline")).to_contain_text("meanwhile, elsewhere")
    expect(note).to_have_value("half a thought")
    note.fill("")


def test_the_timeline_shows_changes_or_words_alone(page: Page, order: str, admin: Person) -> None:
    record = admin.api.get(f"/api/v1{order}")
    admin.api.patch(
        f"/api/v1{order}",
        json={"remark": "by the API"},
        headers={"If-Match": record.headers["etag"]},
    )
    timeline = page.locator(".timeline")
    page.get_by_role("link", name="Changes", exact=True).click()
    expect(timeline.locator(".moment-note")).to_have_count(0)
    expect(timeline).to_contain_text("by the API")
    page.get_by_label("What the timeline shows").get_by_role("link", name="Conversation").click()
    expect(timeline.locator(".moment-changed")).to_have_count(0)


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
def test_everything_beside_a_record_fits_a_phone_and_everybody_can_use_it(
    browser: Browser, address: str, hire: Hire, order: str, locale: str
) -> None:
    person = hire(language=locale)
    person.api.post(f"/api/v1{order}/notes", json={"body": "> **bold**\n- https://example.com"})
    person.api.post(
        f"/api/v1{order}/activities", json={"summary": "x" * 200, "due_on": "2026-01-01"}
    )
    person.api.post(f"/api/v1{order}/attachments", files={"file": ("w" * 170 + ".txt", b"w")})
    page = sit_down(browser, address, person, width=360, locale=locale)
    looks: list[tuple[str, Callable[[], None]]] = [
        (order, lambda: page.locator("#conversation").scroll_into_view_if_needed()),
        (f"{order}/history", lambda: None),
        ("/core/inbox", lambda: None),
        ("/core/activities", lambda: None),
    ]
    for path, look in looks:
        page.goto(address + path)
        look()
        if path.startswith(order):
            expect(page.locator(LIVE)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert violations(page) == [], path
    page.context.close()
