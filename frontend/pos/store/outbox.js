// The outbox: what happened at the till, in order and chained, until the server has booked it.
import { signal } from "@preact/signals";
import { database, readValue, writing } from "./db.js";
import { hashOf, ulid } from "./chain.js";

export const unsynced = signal(0); // not yet on the server
export const troubles = signal([]); // quarantined, in conflict or rejected: a person must look

const SENT = new Set(["accepted", "quarantined", "done"]);
const BAD = new Set(["quarantined", "conflict", "rejected"]);
let last = Promise.resolve();

// Records that something happened: `make(head)` gives {type, payload} and what else is written in the same
// transaction, {stores, write(transaction, operation)}. Resolves to the operation once all of it is on the disk.
// One at a time: each continues the chain where the one before ended.
export function record(make) {
  const turn = last.catch(() => {}).then(() => recordNow(make));
  last = turn;
  return turn;
}

async function recordNow(make) {
  const [binding, head] = await Promise.all([readValue("binding"), readValue("head")]);
  const { type, payload, stores = [], write = () => {} } = make({ ...head, binding });
  const operation = {
    sync_id: ulid(),
    register: binding.register.id,
    binding: binding.binding,
    seq: head.seq + 1,
    type,
    version: 1,
    occurred_at: new Date().toISOString(),
    prev_hash: head.hash,
    payload,
  };
  const hash = await hashOf(operation);
  const isSale = type === "sale" || type === "refund";
  await writing([...new Set(["values", "outbox", ...stores])], async (transaction) => {
    const values = transaction.objectStore("values");
    const found = await values.get("head");
    if (found.seq !== head.seq) throw new Error("another window went on with this till");
    values.put({ seq: operation.seq, hash, numbered: head.numbered + (isSale ? 1 : 0) }, "head");
    transaction.objectStore("outbox").put({ seq: operation.seq, operation, status: "new" });
    await write(transaction, operation);
  });
  unsynced.value += 1;
  return operation;
}

export async function countOutbox() {
  const all = await (await database()).getAll("outbox");
  unsynced.value = all.filter((entry) => entry.status === "new").length;
  troubles.value = all.filter((entry) => BAD.has(entry.status));
}

// The next operations to send, in order.
export async function nextToSend(from, most) {
  const found = await (await database()).getAll("outbox", IDBKeyRange.lowerBound(from), most);
  return found.filter((entry) => entry.status !== "conflict").map((entry) => entry.operation);
}

export async function firstNew() {
  const db = await database();
  for (let cursor = await db.transaction("outbox").store.openCursor(); cursor; cursor = await cursor.continue()) {
    if (cursor.value.status === "new") return cursor.value.seq;
  }
  return null;
}

// Notes what the server said of operations. What is booked need not be kept: its receipt knows.
export async function noteResults(results) {
  await writing(["outbox", "receipts"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    const receipts = transaction.objectStore("receipts");
    for (const result of results) {
      const entry = await outbox.get(result.seq);
      if (!entry || entry.operation.sync_id !== result.sync_id) continue;
      const said = result.status === "duplicate" ? { ...result, ...result.original } : result;
      if (said.status === "done") outbox.delete(entry.seq);
      else outbox.put({ ...entry, status: said.status, problem: said.problem ?? null });
      const receipt = await receipts.get(result.sync_id);
      if (receipt) {
        receipts.put({ ...receipt, status: said.status, document: said.document ?? null, problem: said.problem ?? null });
      }
    }
  });
  await countOutbox();
}

export async function waitingForBooking() {
  const all = await (await database()).getAll("outbox");
  return all.filter((entry) => SENT.has(entry.status)).map((entry) => entry.operation.sync_id);
}

// What the device still holds, for a manager to bring in where the device itself cannot.
export async function recoveryFile() {
  const [all, binding, session] = await Promise.all([
    (await database()).getAll("outbox"),
    readValue("binding"),
    readValue("session"),
  ]);
  return {
    kind: "till-recovery",
    version: 1,
    tenant: binding?.tenant ?? "",
    register: binding?.register.id ?? null,
    binding: binding?.binding ?? null,
    session: session?.key ?? null,
    made_at: new Date().toISOString(),
    operations: all.map((entry) => entry.operation),
  };
}
