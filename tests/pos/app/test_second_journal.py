"""A browser that finds its database damaged throws it away. What the till had sold is in a second
journal, in a file beside it, and is put back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect

from core.repairs.checking import check_invariants
from core.repairs.finding import failing_invariants
from tests.pos.app.devices import device, stored_receipts
from tests.pos.app.till import Shop, Till
from tests.programs import headless_shell

LOST = "this browser had lost what the till keeps"
TEA = "6281000000014"

# What a database has that lost its last transaction: it stands where it stood before.
_REMEMBER = """
async () => {
  const done = (asked) => new Promise((tell) => (asked.onsuccess = () => tell(asked.result)));
  const db = await done(indexedDB.open("till"));
  const values = db.transaction("values").objectStore("values");
  window.before = {};
  for (const name of ["head", "session", "basket"]) before[name] = await done(values.get(name));
  db.close();
}
"""
_FALL_BACK = """
async () => {
  const done = (asked) => new Promise((tell) => (asked.onsuccess = () => tell(asked.result)));
  const db = await done(indexedDB.open("till"));
  const work = db.transaction(["values", "outbox", "receipts"], "readwrite");
  for (const name in before) work.objectStore("values").put(before[name], name);
  const { seq, operation } = await done(work.objectStore("outbox").get(before.head.seq + 1));
  work.objectStore("outbox").delete(seq);
  work.objectStore("receipts").delete(operation.sync_id);
  await new Promise((tell) => (work.oncomplete = tell));
  db.close();
}
"""


def test_what_the_browser_lost_is_put_back_and_booked_once(
    browser: Browser, shop: Shop, tmp_path: Path
) -> None:
    with _switched_on(browser, shop, tmp_path) as one:
        one.bind()
        one.sign_in()
        one.begin()
        one.until_synced()
        one.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        one.context.set_offline(True)
        _sell(one)
        _sell(one)
    _tear(tmp_path, 40)  # of the second sale, which the database has: it is written again
    with _switched_on(browser, shop, tmp_path, offline=True) as one:
        one.open()
        one.sign_in()
        one.scan(TEA)
        one.owes("13.23")
        one.page.evaluate(_REMEMBER)
        one.pay_cash()
        one.page.evaluate(_FALL_BACK)
        one.page.reload()
        expect(one.page.get_by_text(LOST)).to_contain_text("second journal: 1 operations")
        one.page.get_by_role("button", name="I have read this").click()
        one.sign_in()
        expect(one.page.get_by_text("Nothing in the basket")).to_be_visible()
        _put_aside(one, "Umbrella")
        _put_aside(one, "Hat")
        _take_up(one, "Hat")
        one.page.keyboard.press("Delete")
        assert sorted(stored_receipts(one.context).values()) == _numbers(3)
    _lose_the_files(tmp_path)  # and not the database: all of it is written again
    with _switched_on(browser, shop, tmp_path, offline=True) as one:
        one.open()
        one.sign_in()
        assert sorted(stored_receipts(one.context).values()) == _numbers(3)
        _put_aside(one, "Scarf")  # which is there once all that was to be written before is
    _lose_the_database(tmp_path)
    with _switched_on(browser, shop, tmp_path, offline=True) as one:
        one.open()
        # The last one told of what was put back before.
        expect(one.page.get_by_text(LOST)).to_contain_text("second journal: 5 operations")
        assert sorted(stored_receipts(one.context).values()) == _numbers(3)
        expect(one.page.get_by_role("button", name="Try again")).to_be_visible()
        one.context.set_offline(False)  # it tries by itself, maybe before a hand could
        one.sign_in()
        one.page.keyboard.press("F7")
        expect(one.page.get_by_role("button", name="Hat")).to_have_count(0)
        expect(one.page.get_by_role("button", name="Scarf")).to_be_visible()
        one.page.get_by_role("button", name="Umbrella").click()
        one.owes("13.23")
        one.pay_cash()  # the session is open still, and the series goes on
        one.next()
        one.until_synced()
        shop.book()
        assert shop.states() == {"done": 7}
        told = shop.rows("SELECT detail->'operations' FROM pos.till_log WHERE what = 'restored'")
        assert [row[0] for row in told] == [1, 5]
        notes = shop.rows("SELECT body FROM core.conversation_entry WHERE kind = 'note'")
        assert "put it back from its second journal: 5 operations" in notes[-1][0]
        booked = shop.rows("SELECT number FROM pos.sale ORDER BY number")
        assert [row[0] for row in booked] == _numbers(4)
        assert shop.rows("SELECT count(*) FROM pos.session") == [(1,)]
        with shop.kernel.session(shop.tenant) as session:
            check_invariants(session)
            assert failing_invariants(session) == []


@contextmanager
def _switched_on(
    browser: Browser, shop: Shop, folder: Path, *, offline: bool = False
) -> Iterator[Till]:
    context = device(
        browser.browser_type, folder, offline=offline, executable_path=headless_shell()
    )
    try:
        yield Till(shop, context.pages[0])
    finally:
        context.close()


def _put_aside(one: Till, name: str) -> None:
    one.scan(TEA)
    one.owes("13.23")
    one.page.keyboard.press("F7")
    one.page.get_by_label("Name, to find it again").fill(name)
    one.page.keyboard.press("Enter")
    expect(one.page.get_by_text("Nothing in the basket")).to_be_visible()


def _take_up(one: Till, name: str) -> None:
    one.page.keyboard.press("F7")
    one.page.get_by_role("button", name=name).click()
    one.owes("13.23")


def _sell(one: Till) -> None:
    one.scan(TEA)
    one.owes("13.23")
    one.pay_cash()
    one.next()


def _numbers(count: int) -> list[str]:
    return [f"R01-1-{number:05}" for number in range(1, count + 1)]


def _lose_the_database(folder: Path) -> None:
    """What Chromium did after a power cut."""
    shutil.rmtree(folder / "Default" / "IndexedDB")


def _lose_the_files(folder: Path) -> None:
    """Among them both journals."""
    shutil.rmtree(folder / "Default" / "File System")


def _tear(folder: Path, count: int) -> None:
    """Take the last bytes off the journal."""
    files = (folder / "Default" / "File System").rglob("*")
    (journal,) = [one for one in files if one.is_file() and b"session_opened" in one.read_bytes()]
    journal.write_bytes(journal.read_bytes()[:-count])
