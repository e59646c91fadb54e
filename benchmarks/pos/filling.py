"""A device that has long been a till: products, receipts and operations as the till keeps them."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

# Copies of what the feed and a sale have left there, under names and numbers of their own. The seq
# of an operation of long ago lies below those of the chain that goes on.
_FILL: Final = """
async ([products, receipts]) => {
  const KINDS = ["tea", "cup"];
  const AT_ONCE = 2000;
  const done = (asked) => new Promise((tell, fail) => {
    asked.onsuccess = () => tell(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const db = await done(indexedDB.open("till"));
  const inParts = async (store, count, make) => {
    for (let from = 0; from < count; from += AT_ONCE) {
      const transaction = db.transaction(store, "readwrite");
      const rows = transaction.objectStore(store);
      for (let at = from; at < Math.min(from + AT_ONCE, count); at++) rows.put(make(at));
      await new Promise((tell, fail) => {
        transaction.oncomplete = tell;
        transaction.onerror = transaction.onabort = () => fail(transaction.error);
      });
    }
  };
  const all = (store, most) => done(db.transaction(store).objectStore(store).getAll(null, most));
  const [product] = await all("products", 1);
  const [receipt] = await all("receipts", 1);
  const [entry] = (await all("outbox")).filter((one) => one.operation.type === "sale");
  const DAYS = 29 * 86_400_000;
  const on = (at) => new Date(Date.now() - (1 - at / receipts) * DAYS).toISOString();
  await inParts("products", products, (at) => {
    const [kind, sku] = [KINDS[at % KINDS.length], `X${at}`];
    return {
      ...product, id: 1_000_000 + at, name: `${kind} ${at}`, sku, barcodes: [],
      words: [kind, String(at), `x${at}`], codes: [sku],
    };
  });
  await inParts("receipts", receipts, (at) => ({
    ...receipt, sync_id: `old${at}`, number: `R99-1-${at}`, status: "done", at: on(at),
  }));
  await inParts("outbox", receipts, (at) => ({
    ...entry, seq: at - receipts, status: "done",
    operation: { ...entry.operation, occurred_at: on(at) },
  }));
  db.close();
}
"""


def fill(page: Page, products: int, receipts: int) -> None:
    """Put so many products, and receipts of thirty days with their operations, beside what is on
    the device, which has sold at least once."""
    page.evaluate(_FILL, [products, receipts])
