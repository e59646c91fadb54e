"""The device of a till runs out of room in the middle of the day, and without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, expect

from core.repairs.checking import check_invariants
from core.repairs.finding import failing_invariants
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.pos.app.devices import stored_receipts
from tests.pos.app.till import Shop, Till
from tests.waiting import wait_until

TEA = "6281000000014"
ROOM = 16_000_000
"""What the browser may store for the till, which takes more than half of it when it begins."""
LEFT = 500
"""Bytes: less than a sale needs."""

# Something else of the same address takes whatever is left. → what is used then
_FILL = """
async () => {
  const done = (asked) => new Promise((tell, fail) => {
    asked.onsuccess = () => tell(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const asked = indexedDB.open("ballast", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("stones", { autoIncrement: true });
  const db = await done(asked);
  const fits = (bytes) => new Promise((tell) => {
    const transaction = db.transaction("stones", "readwrite");
    transaction.oncomplete = () => tell(true);
    transaction.onabort = () => tell(false);
    transaction.objectStore("stones").put(crypto.getRandomValues(new Uint8Array(bytes)));
  });
  for (const bytes of [60_000, 6_000, 600]) while (await fits(bytes));
  db.close();
  return (await navigator.storage.estimate()).usage;
}
"""

_HELD = """
async () => {
  const folder = await navigator.storage.getDirectory();
  const file = await folder.getFileHandle("till-reserve").catch(() => null);
  return file === null ? 0 : (await file.getFile()).size;
}
"""


def test_a_full_device_sells_on_for_a_while_and_then_says_what_to_do(
    till: Callable[..., Till], shop: Shop, transport: AppTransport
) -> None:
    one = till()
    browser = one.context.new_cdp_session(one.page)
    _allow(browser, shop, ROOM)
    one.bind()
    one.sign_in()
    one.begin()
    one.until_synced()
    _holds_room_back(one)
    one.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    one.context.set_offline(True)

    # A browser counts a little late, and has let in more than it should have.
    _allow(browser, shop, one.page.evaluate(_FILL) + LEFT)
    _sell(one)  # into what was held back
    expect(one.page.get_by_role("button", name="Device full")).to_be_visible()
    assert list(stored_receipts(one.context).values()) == ["R01-1-00001"]

    _allow(browser, shop, 1)  # now that is gone, too
    one.page.evaluate(_FILL)
    one.scan(TEA)
    one.owes("13.23")
    one.page.keyboard.press("F9")
    one.page.keyboard.press("Enter")
    expect(one.page.get_by_role("alert")).to_contain_text("nothing was sold, and the basket stays")
    assert list(stored_receipts(one.context).values()) == ["R01-1-00001"]
    one.page.get_by_role("button", name="Device full").click()
    expect(one.page.get_by_role("alert")).to_contain_text("save the recovery file")
    content = _recovery_file(one)
    assert [each["type"] for each in content["operations"]][-1] == "sale"
    with open_browser(transport, f"{shop.tenant.slug}.localhost") as office:
        sign_in(shop.kernel, shop.tenant, office, ["pos.manager"])
        files = {"file": ("till.json", json.dumps(content).encode())}
        assert office.post("/pos/recovery", files=files).status_code == 200
    shop.book()
    assert shop.rows("SELECT number FROM pos.sale") == [("R01-1-00001",)]

    browser.send("Storage.overrideQuotaForOrigin", {"origin": shop.address})  # somebody made room
    one.page.get_by_role("button", name="Back").click()
    one.owes("13.23")
    one.pay_cash()
    one.next()
    one.context.set_offline(False)
    one.until_synced()
    expect(one.page.get_by_role("button", name="Device full")).to_have_count(0)
    shop.book()
    numbers = shop.rows("SELECT number FROM pos.sale ORDER BY number")
    assert numbers == [("R01-1-00001",), ("R01-1-00002",)]
    with shop.kernel.session(shop.tenant) as session:
        check_invariants(session)
        assert failing_invariants(session) == []


def _holds_room_back(one: Till) -> None:
    wait_until(lambda: one.page.evaluate(_HELD) > 0, "room to be held back")


def _allow(browser: CDPSession, shop: Shop, room: int) -> None:
    browser.send("Storage.overrideQuotaForOrigin", {"origin": shop.address, "quotaSize": room})


def _sell(one: Till) -> None:
    one.scan(TEA)
    one.owes("13.23")
    one.pay_cash()
    one.next()


def _recovery_file(one: Till) -> dict[str, Any]:
    with one.page.expect_download() as saved:
        one.page.get_by_role("button", name="Save the recovery file").click()
    return json.loads(Path(saved.value.path()).read_text())
