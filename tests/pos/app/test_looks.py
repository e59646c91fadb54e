"""How the till looks and reads: on a phone, in Arabic, in the dark, and to those who hear it."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chrome import violations
from tests.pos.app.till import Till

PICTURES = os.environ.get("TILL_PICTURES", "")
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


# What is in the dark alone is its colours: the screens that have all of them are enough there.
COLOURFUL = ("sell", "pay", "done", "receipts")


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("phone", {"width": 360, "height": 740}),
        ("tablet-dark", {"width": 820, "height": 1180, "color_scheme": "dark"}),
    ],
)
def test_every_screen_fits_and_is_read_by_everybody(
    till: Callable[..., Till], name: str, more: dict[str, object]
) -> None:
    one = till(**more)
    page = one.page
    wrong: list[object] = []

    def look(screen: str) -> None:
        one.picture(f"{name}-{screen}", PICTURES)
        if name == "phone" or screen in COLOURFUL:
            wrong.extend((screen, *found) for found in violations(page))
        if page.evaluate(_WIDER):
            wrong.append((screen, "wider than the window"))

    one.open()
    expect(page.get_by_label("Code", exact=True)).to_be_visible()
    look("bind")
    one.bind()
    look("lock")
    page.get_by_role("button", name="Amal").click()
    look("pin")
    page.get_by_role("button", name="Another cashier").click()
    one.sign_in()
    look("open")
    one.begin()
    one.scan("6281000000014")
    one.scan("6281000000045")
    one.owes("69.58")
    look("sell")
    page.keyboard.press("F4")
    look("line")
    page.keyboard.press("Escape")
    page.keyboard.press("F3")
    look("customer")
    page.keyboard.press("Escape")
    page.keyboard.press("F10")
    look("more")
    page.keyboard.press("Escape")
    page.keyboard.press("F9")
    expect(page.get_by_role("heading", name="Pay", exact=True)).to_be_visible()
    look("pay")
    page.keyboard.press("Escape")
    one.pay_cash("100")
    look("done")
    one.next()
    page.keyboard.press("F8")
    expect(page.get_by_role("heading", name="Receipts and returns")).to_be_visible()
    look("receipts")
    page.locator("button.choice").first.click()
    page.get_by_role("button", name="Take goods back").click()
    expect(page.get_by_role("button", name="Everything")).to_be_visible()
    look("refund")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("F10")
    page.get_by_role("button", name="Session and closing").click()
    expect(page.get_by_role("heading", name="X report")).to_be_visible()
    look("session")
    page.get_by_role("button", name="Close the till").click()
    look("close")
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Synced", exact=True).click()
    look("sync")
    assert wrong == []


def test_in_arabic_the_till_runs_from_right_to_left(till: Callable[..., Till]) -> None:
    one = till(width=820, height=1180, locale="ar-SA")
    page = one.page
    one.open()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    _begin(one)
    page.locator(".search input").fill("اخضر")  # as it is typed: without the hamza
    expect(page.locator(".tile")).to_have_count(1)
    expect(page.locator(".tile-name")).to_have_text("شاي أخضر")
    page.keyboard.press("Enter")
    expect(page.locator(".line")).to_have_count(1)
    one.picture("arabic-sell", PICTURES)
    assert page.evaluate(_WIDER) is False
    assert violations(page) == []
    page.keyboard.press("F9")
    one.picture("arabic-pay", PICTURES)
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_be_visible()
    one.picture("arabic-done", PICTURES)
    assert violations(page) == []


def test_in_bengali_the_till_reads_and_writes_bengali_figures(till: Callable[..., Till]) -> None:
    one = till(width=390, height=844, locale="bn-BD", color_scheme="dark")
    page = one.page
    one.open()
    expect(page.locator("html")).to_have_attribute("lang", "bn")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    _begin(one)
    one.scan("6281000000014")
    one.owes("১৩.২৩")
    expect(page.locator(".tile-name").first).to_have_text("Green tea 250 g")  # and not in Arabic
    expect(page.locator(".bottom-bar")).to_contain_text(": ১")
    _looks_right(one, "bengali-sell")
    page.keyboard.press("F9")
    expect(page.locator(".pay-figure")).to_contain_text("১৩.২৩")
    page.locator(".input-amount").fill("২০")
    _looks_right(one, "bengali-pay")
    page.keyboard.press("Enter")
    expect(page.locator(".done .pay-figure")).to_contain_text("৬.৭৭")
    receipt = page.locator(".receipt")
    expect(receipt).to_contain_text("১ × ১১.৫০")
    expect(receipt).to_contain_text("১৩.২৩")
    expect(receipt).not_to_contain_text("Total")
    _looks_right(one, "bengali-done")


def _begin(one: Till) -> None:
    """Bind, sign in and open the session, in a language that the test need not read."""
    page = one.page
    page.locator(".input-code").fill(one.shop.code("R02"))
    page.locator("button[type=submit]").click()
    page.locator("button.person").first.click()
    page.locator(".input-pin").fill("2580")
    page.keyboard.press("Enter")
    page.locator(".segments button").last.click()
    page.locator("button[type=submit]").click()
    expect(page.locator(".search input")).to_be_visible()


def _looks_right(one: Till, name: str) -> None:
    one.picture(name, PICTURES)
    assert one.page.evaluate(_WIDER) is False
    assert violations(one.page) == []
