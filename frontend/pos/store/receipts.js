// Receipts that this till wrote, kept for thirty days for refunds and copies.
import { database, writing } from "./db.js";

export async function findReceipt(number) {
  const wanted = number.trim().toUpperCase();
  return (await database()).getFromIndex("receipts", "number", wanted);
}

export async function recentReceipts(most = 50) {
  const db = await database();
  const found = [];
  let cursor = await db.transaction("receipts").store.index("at").openCursor(null, "prev");
  for (; cursor && found.length < most; cursor = await cursor.continue()) found.push(cursor.value);
  return found;
}

export async function receiptsOfSession(session) {
  const db = await database();
  const all = await db.getAllFromIndex("receipts", "at", IDBKeyRange.lowerBound(session.opened_at));
  return all.filter((receipt) => receipt.session === session.key);
}

export async function markPrinted(syncId) {
  await writing(["receipts"], async (transaction) => {
    const store = transaction.objectStore("receipts");
    const receipt = await store.get(syncId);
    if (receipt) store.put({ ...receipt, printed: (receipt.printed ?? 0) + 1 });
  });
}

// Receipts older than this go; never one that the server may lack.
export async function dropOldReceipts(days) {
  const before = new Date(Date.now() - days * 86_400_000).toISOString();
  await writing(["receipts"], async (transaction) => {
    let cursor = await transaction.objectStore("receipts").index("at").openCursor(IDBKeyRange.upperBound(before));
    for (; cursor; cursor = await cursor.continue()) {
      if (cursor.value.status === "done") cursor.delete();
    }
  });
}
