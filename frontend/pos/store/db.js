// What the till keeps on the device: one IndexedDB database, opened once.
//
//   values     single things by name: the binding, the head of the chain, the session, the basket, the feed's lists
//   products   the feed's, with the words and codes they are found by
//   price_rules  the feed's, by what they are for
//   pictures   of products, small
//   customers  the feed's, and those made here
//   outbox     operations by their seq, with what the server said of them; of thirty days, booked ones too
//   receipts   of thirty days, as they were printed
//   held       baskets put aside
import { openDB } from "idb";
import { madeRoomAfter } from "./reserve.js";

const NAME = "till";
const VERSION = 2;

let opened = null;

export function database() {
  opened ??= openDB(NAME, VERSION, { upgrade, blocking: (_, __, event) => event.target.close() });
  return opened;
}

function upgrade(db, before, _, transaction) {
  if (before < 1) create(db);
  if (before < 2) transaction.objectStore("outbox").createIndex("status", "status");
}

function create(db) {
  db.createObjectStore("values");
  const products = db.createObjectStore("products", { keyPath: "id" });
  products.createIndex("words", "words", { multiEntry: true });
  products.createIndex("codes", "codes", { multiEntry: true });
  products.createIndex("category", "categories", { multiEntry: true });
  const customers = db.createObjectStore("customers", { keyPath: "key" });
  customers.createIndex("words", "words", { multiEntry: true });
  db.createObjectStore("price_rules", { keyPath: "id" }).createIndex("target", "target");
  db.createObjectStore("pictures");
  db.createObjectStore("outbox", { keyPath: "seq" });
  const receipts = db.createObjectStore("receipts", { keyPath: "sync_id" });
  receipts.createIndex("number", "number");
  receipts.createIndex("at", "at");
  db.createObjectStore("held", { keyPath: "key" });
}

// Everything at once or nothing, and on the disk before it is said to be done. On a full device it goes into the room
// that is held back; `work` is then done again.
export async function writing(stores, work) {
  try {
    return await writingIfRoom(stores, work);
  } catch (error) {
    if (!(await madeRoomAfter(error))) throw error;
    return writingIfRoom(stores, work);
  }
}

// For what comes again: it leaves to sales what is held back.
export async function writingIfRoom(stores, work) {
  const db = await database();
  const transaction = db.transaction(stores, "readwrite", { durability: "strict" });
  try {
    const result = await work(transaction);
    await transaction.done;
    return result;
  } catch (error) {
    transaction.done.catch(() => {}); // told once, by the error that caused it
    try {
      transaction.abort();
    } catch {
      // it ended by itself
    }
    throw transaction.error ?? error;
  }
}

export const readValue = async (name) => (await database()).get("values", name);

// Several of them at once, in one transaction: opening one costs more than what is read in it.
export async function readValues(names) {
  const store = (await database()).transaction("values").store;
  return Promise.all(names.map((name) => store.get(name)));
}

export const writeValue = (name, value) =>
  writing(["values"], (transaction) => transaction.objectStore("values").put(value, name));
