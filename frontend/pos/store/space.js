// Whether the browser keeps what the till stores, and how much room is left.
import { signal } from "@preact/signals";
import { dropOldReceipts } from "./receipts.js";

export const persisted = signal(true); // until the browser says otherwise
export const isTight = signal(false);

const TIGHT = 0.85;

export async function askToPersist() {
  const { storage } = navigator;
  if (!storage?.persist) return (persisted.value = false);
  persisted.value = (await storage.persisted()) || (await storage.persist());
  return persisted.value;
}

// Receipts go first, the older ones sooner; the outbox never does.
export async function makeRoom() {
  await dropOldReceipts();
  const { usage = 0, quota = 1 } = (await navigator.storage?.estimate?.()) ?? {};
  isTight.value = usage / quota > TIGHT;
  if (isTight.value) await dropOldReceipts(7);
}
