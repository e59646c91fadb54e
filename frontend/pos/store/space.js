// Whether the browser keeps what the till stores, and how much room is left.
import { signal } from "@preact/signals";
import { dropOldLines } from "./journal.js";
import { dropOldOperations } from "./outbox.js";
import { dropOldReceipts } from "./receipts.js";

export const persisted = signal(true); // until the browser says otherwise
export const isTight = signal(false);

const TIGHT = 0.85;
const DAYS = 30;
const DAYS_WHEN_TIGHT = 7;

export async function askToPersist() {
  const { storage } = navigator;
  if (!storage?.persist) return (persisted.value = false);
  persisted.value = (await storage.persisted()) || (await storage.persist());
  return persisted.value;
}

// What the server has booked goes after a month, and sooner where room is short; what it may lack never does.
export async function makeRoom() {
  await dropBooked(DAYS);
  const { usage = 0, quota = 1 } = (await navigator.storage?.estimate?.()) ?? {};
  isTight.value = usage / quota > TIGHT;
  if (isTight.value) await dropBooked(DAYS_WHEN_TIGHT);
}

const dropBooked = (days) => Promise.all([dropOldReceipts(days), dropOldOperations(days), dropOldLines(days)]);
