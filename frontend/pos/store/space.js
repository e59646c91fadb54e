// Whether the browser keeps what the till stores, and how much room is left.
import { signal } from "@preact/signals";
import { database } from "./db.js";
import { dropOldLines } from "./journal.js";
import { dropOldOperations } from "./outbox.js";
import { dropOldReceipts } from "./receipts.js";
import { RESERVED, holdBack, isFull } from "./reserve.js";

export const persisted = signal(true); // until the browser says otherwise
export const isTight = signal(false);

const TIGHT = 0.85;
const DAYS = 30;
const DAYS_WHEN_TIGHT = 7;
const DAYS_WHEN_FULL = 1;
const HOUR = 3_600_000;

let looked = 0;

export async function askToPersist() {
  const { storage } = navigator;
  if (!storage?.persist) return (persisted.value = false);
  persisted.value = (await storage.persisted()) || (await storage.persist());
  return persisted.value;
}

// What the server has booked goes after a month, and sooner where room is short; what it may lack never does.
export async function makeRoom() {
  looked = Date.now();
  await dropBooked(DAYS);
  const { usage = 0, quota = Infinity } = (await navigator.storage?.estimate?.()) ?? {};
  isTight.value = usage / quota > TIGHT;
  if (isTight.value || isFull.value) await dropBooked(isFull.value ? DAYS_WHEN_FULL : DAYS_WHEN_TIGHT);
  if (isFull.value) await (await database()).clear("pictures"); // they come again
  if (quota - usage > RESERVED || !isFull.value) await holdBack();
}

// Now and then while the till goes on for days; each time where the device is full.
export async function keepRoom() {
  if (isFull.value || Date.now() - looked > HOUR) await makeRoom();
}

const dropBooked = (days) => Promise.all([dropOldReceipts(days), dropOldOperations(days), dropOldLines(days)]);
