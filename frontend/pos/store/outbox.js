// The outbox: what happened at the till, in order and chained. What the server has booked stays for a while: a
// server that comes back from a backup of last night lacks it, and gets it again.
import { signal } from "@preact/signals";
import { database, readValues, writing } from "./db.js";
import { hashOf, ulid } from "./chain.js";
import { journal } from "./journal.js";
import { lineOf } from "./restoring.js";

export const unsynced = signal(0); // not yet on the server
export const troubles = signal([]); // quarantined, in conflict or rejected: a person must look

const STORED = ["accepted", "quarantined"]; // on the server, and not yet booked
const BAD = ["quarantined", "conflict", "rejected"];
let last = Promise.resolve();

// Records that something happened: `make({...head, cursor, occurred_at})` gives {type, payload}, or a promise of it,
// and what else is written in the same transaction, {stores, write(transaction, operation)}. Resolves to the operation once all
// of it is on the disk, and in the journal beside.
// One at a time: each continues the chain where the one before ended.
export function record(make) {
  const turn = last.catch(() => {}).then(() => recordNow(make));
  last = turn;
  return turn;
}

async function recordNow(make) {
  const [binding, head, cursor = ""] = await readValues(["binding", "head", "cursor"]);
  const occurred_at = new Date().toISOString();
  const { type, payload, stores = [], write = () => {} } = await make({ ...head, binding, cursor, occurred_at });
  const operation = {
    sync_id: ulid(),
    register: binding.register.id,
    binding: binding.binding,
    seq: head.seq + 1,
    type,
    version: 1,
    occurred_at,
    prev_hash: head.hash,
    payload,
  };
  const hash = await hashOf(operation);
  const isSale = type === "sale" || type === "refund";
  const line = await writing([...new Set(["values", "outbox", ...stores])], async (transaction) => {
    const values = transaction.objectStore("values");
    const found = await values.get("head");
    if (found.seq !== head.seq) throw new Error("another window went on with this till");
    values.put({ seq: operation.seq, hash, numbered: head.numbered + (isSale ? 1 : 0) }, "head");
    transaction.objectStore("outbox").put({ seq: operation.seq, operation, status: "new" });
    await write(transaction, operation);
    return lineOf(transaction, operation);
  });
  await journal(line);
  unsynced.value += 1;
  return operation;
}

export async function countOutbox() {
  const statuses = (await database()).transaction("outbox").store.index("status");
  const [count, bad] = await Promise.all([statuses.count("new"), entriesOf(statuses, BAD)]);
  unsynced.value = count;
  if (bad.length || troubles.value.length) troubles.value = bad;
}

const entriesOf = async (statuses, states) =>
  (await Promise.all(states.map((status) => statuses.getAll(status)))).flat().sort((one, other) => one.seq - other.seq);
const entriesIn = async (states) => entriesOf((await database()).transaction("outbox").store.index("status"), states);

// Operations from this place on, in order.
export async function operationsFrom(seq, most) {
  const found = await (await database()).getAll("outbox", IDBKeyRange.lowerBound(seq), most);
  return found.map((entry) => entry.operation);
}

// The place of the first operation that was never sent, or null.
export const firstNew = async () =>
  (await (await database()).getKeyFromIndex("outbox", "status", "new")) ?? null;

// Notes what the server said of operations. One behind a gap was not looked at: it is as new as before.
export async function noteResults(results) {
  const told = {};
  if (results.length) await writing(["outbox", "receipts"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    const receipts = transaction.objectStore("receipts");
    for (const result of results) {
      const entry = await outbox.get(result.seq);
      if (!entry || entry.operation.sync_id !== result.sync_id) continue;
      const said = result.status === "duplicate" ? { ...result, ...result.original } : result;
      if (said.status === "rejected" && said.problem?.field === "seq") continue;
      outbox.put({ ...entry, status: said.status, problem: said.problem ?? null });
      if (said.status !== entry.status) told[result.sync_id] = said.status;
      const receipt = await receipts.get(result.sync_id);
      if (receipt) {
        receipts.put({ ...receipt, status: said.status, document: said.document ?? null, problem: said.problem ?? null });
      }
    }
  });
  if (Object.keys(told).length) journal({ told }); // nothing waits for it: what it lacks is sent again
  await countOutbox();
}

// The server has booked everything up to this place: what it took before needs no question of its own.
export async function noteBooked(through) {
  const booked = (await entriesIn(["accepted"])).filter(({ seq }) => seq <= through);
  await noteResults(booked.map(({ seq, operation }) => ({ seq, sync_id: operation.sync_id, status: "done" })));
}

// What has to be asked for one by one: an operation that a person mends, and those behind it, which are booked meanwhile.
export async function heldUp() {
  const stored = await entriesIn(STORED);
  return stored.some(({ status }) => status === "quarantined") ? stored.map(({ operation }) => operation.sync_id) : [];
}

// Booked operations of long ago go; never one that the server may lack.
export async function dropOldOperations(days) {
  const before = new Date(Date.now() - days * 86_400_000).toISOString();
  await writing(["outbox"], async (transaction) => {
    const booked = transaction.objectStore("outbox").index("status");
    let cursor = await booked.openCursor("done");
    for (; cursor && cursor.value.operation.occurred_at < before; cursor = await cursor.continue()) cursor.delete();
  });
}

// What the device still holds, for a manager to bring in where the device itself cannot. A server that does not know
// the device any more may have come back from a backup: what it had booked is in the file, too.
export async function recoveryFile() {
  const [binding, session, strays, revoked] = await readValues(["binding", "session", "strays", "revoked"]);
  const held = await entriesIn(["new", "accepted", ...BAD, ...(revoked ? ["done", "dropped"] : [])]);
  return {
    kind: "till-recovery",
    version: 1,
    tenant: binding?.tenant ?? "",
    register: binding?.register.id ?? null,
    binding: binding?.binding ?? null,
    session: session?.key ?? null,
    made_at: new Date().toISOString(),
    operations: [...(strays ?? []), ...held.map((entry) => entry.operation)],
  };
}
