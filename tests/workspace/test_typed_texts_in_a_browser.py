"""On an Arabic page a text that people typed keeps its own order even where it begins with a figure
or a sign, and stands at the page's side: in lists on a phone, on the record, under a look-up."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, expect

from addons.contacts.api import add_contact
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.chrome import violations
from tests.workspace.conftest import Hire, sit_down

NAME: Final = "5 % off & more"
# Where the first and the last letter of the name are drawn wherever it is seen, and the room that
# is left of and right of it in the block in which it stands.
_DRAWN: Final = """
name => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode, at = node.data.indexOf(name);
    if (at < 0 || !node.parentElement.checkVisibility({ visibilityProperty: true })) continue;
    const letter = (place) => {
      const range = document.createRange();
      range.setStart(node, at + place);
      range.setEnd(node, at + place + 1);
      return range.getBoundingClientRect();
    };
    let block = node.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    const room = block.getBoundingClientRect();
    const [first, last] = [letter(0), letter(name.length - 1)];
    if (first.width) found.push({
      tag: block.tagName, first: first.left, last: last.left,
      before: first.left - room.left, after: room.right - last.right,
    });
  }
  return found;
}
"""


def _require_order(page: Page, *tags: str) -> None:
    """The name reads from left to right and begins at the right, in blocks with these tags."""
    drawn = page.evaluate(_DRAWN, NAME)
    assert {one["tag"] for one in drawn} >= set(tags)
    for one in drawn:
        assert one["first"] < one["last"], one
        if one["tag"] in ("TH", "TD", "DD"):
            assert one["after"] <= one["before"] + 1, one


def _seen(page: Page, name: str) -> None:
    if folder := os.environ.get("AORABOOKS_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_what_begins_with_a_figure_is_not_turned_round_on_an_arabic_page(
    kernel: Kernel, store: Tenant, browser: Browser, address: str, hire: Hire
) -> None:
    with kernel.session(store) as session:
        whole = add_contact(session, {"name": NAME, "kind": "company"})
        part = add_contact(session, {"name": "Ann", "kind": "person", "parent_id": whole.id})
        key = part.id
    page = sit_down(browser, address, hire(language="ar"), width=360, locale="ar-SA")
    page.goto(f"{address}/contacts/contacts?q=off")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    _require_order(page, "TD")
    _seen(page, "typed-list")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{address}/contacts/contacts/{whole.id}")
    _seen(page, "typed-record")
    _require_order(page, "H1")
    page.goto(f"{address}/contacts/contacts/{key}")
    _require_order(page, "DD")
    page.goto(f"{address}/contacts/contacts/{key}/edit")
    field = page.locator("[name='parent_id.text']")
    field.fill("off")
    expect(page.locator(".lookup-option")).to_have_text(NAME)
    _require_order(page)
    _seen(page, "typed-lookup")
    assert violations(page) == []
    page.context.close()
