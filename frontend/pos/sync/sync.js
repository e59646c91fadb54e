// Brings the outbox to the server: by itself, in order, as often as it takes.
import { signal } from "@preact/signals";
import { Refused, call } from "./api.js";
import { known, loadFeed } from "./feed.js";
import { answer } from "../einvoice/answering.js";
import { lookForKey } from "../einvoice/key.js";
import { firstNew, heldUp, noteBooked, noteResults, operationsFrom, unsynced } from "../store/outbox.js";
import { isFull, lacksRoom } from "../store/reserve.js";
import { keepRoom, persisted } from "../store/space.js";
import { writeValue } from "../store/db.js";
import { whenQuiet } from "../parts/quiet.js";

export const online = signal(navigator.onLine);
export const syncing = signal(false);
export const lastSync = signal(null);
export const revoked = signal(false);
export const skew = signal(0); // milliseconds by which this clock is ahead of the server's
export const asked = signal([]); // what the server wants of the till, such as to close

const MOST = 500;
const MOST_SIGNED = 8_000_000; // letters of the documents in one call
const USUAL = 30_000;
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 300_000;
const APP = "1.0.0";

let wait = FIRST_WAIT;
let timer = null;
let running = null;
let wanted = false;
let isDue = false;

export function startSyncing() {
  addEventListener("online", syncSoon);
  addEventListener("offline", () => (online.value = false));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && syncSoon());
  syncSoon();
}

// Something happened, or the network came back: now, or right after what is running.
export function syncSoon() {
  wait = FIRST_WAIT;
  if (running) {
    wanted = true;
    return running;
  }
  return syncNow();
}

// A sale is on the disk, and the next one may have begun: its keys come first.
export function syncWhenQuiet() {
  if (isDue) return;
  isDue = true;
  whenQuiet(() => {
    isDue = false;
    syncSoon();
  });
}

export function syncNow() {
  clearTimeout(timer);
  running ??= round().finally(() => {
    running = null;
    const again = wanted && online.value;
    wanted = false;
    timer = setTimeout(() => whenQuiet(syncNow), again ? 0 : pause());
  });
  return running;
}

// Half of it is left to chance, so that all tills do not come back at the same moment.
const pause = () => (online.value ? USUAL : wait) * (0.5 + Math.random() / 2);

async function round() {
  if (revoked.value) return;
  syncing.value = true;
  try {
    await sendAll();
    await loadFeed();
    await answer(known.value?.einvoice);
    await lookForKey(known.value?.einvoice);
    online.value = true;
    wait = FIRST_WAIT;
    lastSync.value = Date.now();
    await keepRoom();
  } catch (error) {
    noteFailure(error);
  } finally {
    syncing.value = false;
  }
}

function noteFailure(error) {
  if (lacksRoom(error)) {
    online.value = isFull.value = true; // the server did answer; what there was no room for comes again
    keepRoom();
    return;
  }
  if (!(error instanceof Refused)) throw error;
  if (error.status === 401) {
    revoked.value = true;
    writeValue("revoked", true);
    return;
  }
  online.value = false;
  wait = Math.max(error.retryAfter * 1000, Math.min(wait * 2, LONGEST_WAIT));
}

// The server says where it stands, and the till goes on from there: behind a gap, and where the server came back
// from a backup and lacks what it once had.
async function sendAll() {
  let from = await firstNew();
  const places = new Set(); // once for each place: a server that goes round in circles is not followed
  while (true) {
    const operations = from === null ? [] : portion(await operationsFrom(from, MOST));
    const answer = await exchange(operations);
    from = answer.next_seq;
    const [held] = await operationsFrom(from, 1);
    if (!held || places.has(from)) break;
    places.add(from);
  }
  await askAboutBooking();
}

// The first of them, as many as a call can hold: a document that the till signed is longer than its sale.
function portion(operations) {
  let letters = 0;
  return operations.filter(({ payload }, at) => (letters += payload.einvoice?.xml.length ?? 0) < MOST_SIGNED || at === 0);
}

async function exchange(operations) {
  const started = Date.now();
  const answer = await call("POST", "sync", about(operations));
  skew.value = Math.round((started + Date.now()) / 2 - Date.parse(answer.at));
  asked.value = answer.asked ?? [];
  await noteResults([...answer.results, ...(answer.waiting ?? [])]);
  await noteBooked(answer.applied_through);
  return answer;
}

const about = (operations) => ({
  operations,
  app: APP,
  sent_at: new Date().toISOString(),
  unsynced: unsynced.value,
  persisted: persisted.value === true,
});

// Each answer says how far everything is booked; what that does not tell is asked for.
async function askAboutBooking() {
  const waiting = await heldUp();
  const found = [];
  try {
    for (const syncId of waiting.slice(0, 50)) found.push(await bookingOf(syncId));
  } finally {
    await noteResults(found.filter(Boolean));
  }
}

// What became of an operation; nothing where the server does not know it any more.
async function bookingOf(syncId) {
  try {
    return await call("GET", `sync/${syncId}`);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
    return null;
  }
}
