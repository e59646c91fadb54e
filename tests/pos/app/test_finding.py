"""What somebody types at a till with a long list of goods."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from benchmarks.pos.filling import fill
from tests.pos.app.till import Till

_ENTER_AND_PAY = """
() => {
  for (const key of ["Enter", "F9"]) {
    const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(pressed);
  }
}
"""


def test_a_rare_word_finds_a_product_whose_other_word_thousands_have(
    till: Callable[..., Till],
) -> None:
    counter = till()
    counter.bind()
    counter.sign_in()
    counter.begin()
    fill(counter.page, 5_000, 0)  # each has a number, and a code that begins with an x
    counter.page.get_by_label("Search or scan").first.fill("x 999")
    expect(counter.page.locator(".tile-name")).to_have_text(["cup 999"])


def test_who_pays_at_once_pays_for_what_was_typed(till: Callable[..., Till]) -> None:
    counter = till()
    counter.bind("R02")
    counter.sign_in()
    counter.begin()
    counter.page.get_by_label("Search or scan").first.fill("TEA-G")
    counter.page.evaluate(_ENTER_AND_PAY)  # before the device can have looked it up
    expect(counter.page.get_by_role("heading", name="Pay", exact=True)).to_be_visible()
    expect(counter.page.locator(".pay-figure")).to_contain_text("13.23")
