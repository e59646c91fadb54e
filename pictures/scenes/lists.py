"""Start page, palette, lists and their displays."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from pictures.companies import ARABIC, BENGALI
from pictures.scene import Scene, opened
from pictures.studio import Studio

_ORDERS = "/shop/orders"


_OF_TRADE = ("catalog-", "inventory-", "pos-", "purchases-", "sales-", "zatca-")
"""Cards that this company, which keeps books and a shop, has put away, with all that are empty."""
_PUT_AWAY = """
async (cards) => {
  const token = document.querySelector("[name=csrf_token]").value;
  for (const card of cards) {
    const form = new URLSearchParams({ csrf_token: token, key: card.replace("-", ".") });
    await fetch("/core/dashboard/remove", { method: "POST", body: form });
  }
}
"""


def _start(studio: Studio, page: Page) -> None:
    page.goto("/")
    done = page.get_by_role("button", name="Do not show again")
    if done.is_visible():
        done.click()
        expect(done).to_be_hidden()
    page.wait_for_load_state("networkidle")
    ids = page.locator("[id^=card-]:not([id$=-title])").evaluate_all(
        "cards => cards.map((card) => [card.id.replace('card-', ''), card.innerText])"
    )
    unused = [card for card, text in ids if card.startswith(_OF_TRADE) or "Nothing" in text]
    page.evaluate(_PUT_AWAY, unused)
    page.goto("/")


def _palette(studio: Studio, page: Page) -> None:
    page.goto(_ORDERS)
    page.keyboard.press("Control+k")
    field = page.locator("#palette input")
    field.press_sequentially("aziziah")
    expect(page.locator("#palette [role=option]", has_text="Al Aziziyah").first).to_be_visible()


def _keys(studio: Studio, page: Page) -> None:
    page.goto(_ORDERS)
    page.keyboard.press("?")


def _filter(studio: Studio, page: Page) -> None:
    page.goto(f"{_ORDERS}?view=all&date__during=this_month&status=confirmed")
    page.locator(".list-chip-text[data-panel=filter]").first.click()
    expect(page.locator("#list-panel")).not_to_be_empty()


def _bulk(studio: Studio, page: Page) -> None:
    page.goto(f"{_ORDERS}?view=all&status=draft")
    for place in range(3):
        page.locator("tbody input[type=checkbox]").nth(place).check()
    expect(page.get_by_role("button", name="Confirm")).to_be_visible()


SCENES = (
    Scene("first-steps", opened("/")),
    Scene("start", _start),
    Scene("palette", _palette),
    Scene("keys", _keys),
    Scene("list", opened(_ORDERS)),
    Scene("filter", _filter),
    Scene("groups", opened(f"{_ORDERS}?view=by_month")),
    Scene("bulk", _bulk),
    Scene("board-dark", opened(f"{_ORDERS}/board"), dark=True),
    Scene("calendar", opened(f"{_ORDERS}/calendar")),
    Scene("pivot", opened(f"{_ORDERS}/pivot?pivot-chart=bar")),
    Scene("list-arabic", opened("/accounting/entries"), company=ARABIC, who="accountant"),
    Scene("list-bengali", opened("/accounting/entries"), company=BENGALI, who="accountant"),
    Scene("list-phone", opened(_ORDERS), size="phone"),
)
