// At the start the journal is held against the database. Where the browser has lost what the till stored, or the
// end of it, the till puts back what the journal has; what the journal lacks is added there.
import { signal } from "@preact/signals";
import { database, readValue, writeValue, writing } from "./db.js";
import { closeJournal, journal, journaled, openJournal } from "./journal.js";
import { told } from "./told.js";

export const restored = signal(null); // {at, operations, strays, whole, keyless, told}, until somebody has read it

// What an operation may change beside the outbox, and what the till needs to go on.
const VALUES = ["binding", "head", "session", "last_session", "basket"];

// The journal's line of the operation that is being written.
export async function lineOf(transaction, operation) {
  const hasReceipt = [...transaction.objectStoreNames].includes("receipts");
  const receipt = hasReceipt ? transaction.objectStore("receipts").get(operation.sync_id) : undefined;
  const [values, printed] = await Promise.all([valuesIn(transaction), receipt]);
  return { operation, receipt: withoutPayload(printed), values };
}

async function valuesIn(transaction) {
  const store = transaction.objectStore("values");
  const found = await Promise.all(VALUES.map((name) => store.get(name)));
  return Object.fromEntries(VALUES.map((name, at) => [name, found[at]]));
}

const withoutPayload = (receipt) => receipt && { ...receipt, payload: undefined };

// Before anything else is read from the database.
export async function restore() {
  const last = await openJournal();
  if (last !== undefined) {
    const [binding = null, head = null] = await Promise.all([readValue("binding"), readValue("head")]);
    const isLost = !binding && last;
    const differs = binding && !(last && isSame(last.binding, binding) && last.head.hash === head.hash);
    if (isLost || differs) await compare(binding, head).catch(closeJournal); // what the database has still sells
  }
  restored.value = (await readValue("restored")) ?? null;
}

export async function noteRead() {
  await writeValue("restored", null);
  restored.value = null;
}

const isSame = (one, other) => one.register.id === other.register.id && one.binding === other.binding;

async function compare(binding, head) {
  const { values, entries, held } = told(await journaled());
  const own = binding ?? values.binding;
  const isOwn = ({ operation }) => operation.register === own.register.id && operation.binding === own.binding;
  const ahead = entries
    .filter((entry) => isOwn(entry) && entry.operation.seq > (head?.seq ?? 0))
    .sort((one, other) => one.operation.seq - other.operation.seq);
  const follows = !head || ahead[0]?.operation.prev_hash === head.hash;
  const strays = entries.filter((entry) => entry.status !== "done" && (!isOwn(entry) || (!follows && ahead.includes(entry))));
  if (!binding || strays.length || (follows && ahead.length)) {
    await putBack({ entries: follows ? ahead : [], strays, values, held }, !binding);
  }
  if (binding) await addMissing(entries);
}

// `strays` follow from nothing that the database holds, as those of a binding before this one: they are for the
// recovery file. With the whole database the key is gone by which a till signs: `keyless` says that it had one.
async function putBack({ entries, strays, values, held }, whole) {
  const keyless = whole && entries.some(({ operation }) => operation.payload.einvoice);
  await writing(["values", "outbox", "receipts", "held"], (transaction) => {
    const store = transaction.objectStore("values");
    for (const [key, basket] of Object.entries(held)) {
      if (basket) transaction.objectStore("held").put(basket);
      else transaction.objectStore("held").delete(key);
    }
    for (const { operation, status = "new", receipt } of entries) {
      const { einvoice, ...payload } = operation.payload;
      transaction.objectStore("outbox").put({ seq: operation.seq, operation, status });
      if (receipt) transaction.objectStore("receipts").put({ ...receipt, payload, status });
      // The next document that the till signs follows this one: two after the same would be a fork.
      if (einvoice) store.put({ counter: einvoice.counter, hash: einvoice.hash }, `einvoice:${einvoice.device}`);
    }
    if (whole || entries.length) for (const [name, value] of Object.entries(values)) store.put(value, name);
    store.put(strays.map((entry) => entry.operation), "strays");
    const found = { operations: entries.length, strays: strays.length, whole, keyless };
    store.put({ at: new Date().toISOString(), ...found, told: false }, "restored");
  });
}

// All of it when a till gets its first journal, the last line where that was torn.
async function addMissing(entries) {
  const known = new Set(entries.map((entry) => entry.operation.sync_id));
  const transaction = (await database()).transaction(["values", "outbox", "receipts", "held"]);
  const all = (name) => transaction.objectStore(name).getAll();
  const [values, outbox, receipts, baskets] = await Promise.all([valuesIn(transaction), all("outbox"), all("receipts"), all("held")]);
  const printed = new Map(receipts.map((receipt) => [receipt.sync_id, receipt]));
  const missing = outbox.filter((entry) => !known.has(entry.operation.sync_id));
  const lines = missing.map(({ operation, status }) => ({ operation, status, receipt: withoutPayload(printed.get(operation.sync_id)) }));
  const held = Object.fromEntries(baskets.map((basket) => [basket.key, basket]));
  journal(...lines, { values, held }); // nothing waits for it
}
