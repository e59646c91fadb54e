// The second journal of what happened at the till, in a file of the browser's beside its database: a browser that
// finds its database damaged throws it away, and this one is still there. `journal.js` keeps it, in a worker.
// Where a browser has no such files, or the disk is full, the till sells as well without.
import { signal } from "@preact/signals";

export const isJournaled = signal(false); // whether everything that the till holds is in the journal too

// This is read while the script of the page runs; where a document is made without a page, there is none.
const SCRIPT = globalThis.document?.currentScript?.dataset.journal;
const PATIENCE = 2_000; // a sale waits no longer for it
const LONG_PATIENCE = 20_000; // nor the start, where all of it may be read
const WORTH = 7; // days of old lines are worth that the others are copied
const DAY = 86_400_000;

let worker = null;
let asked = 0;
let late = []; // lines that are not in the file yet
let sending = Promise.resolve();
const waiting = new Map();

// → the last values (told.js), null in an empty journal, undefined where there is none
export async function openJournal() {
  if (!SCRIPT || !navigator.storage?.getDirectory) return undefined;
  try {
    worker = new Worker(SCRIPT);
    worker.onmessage = ({ data }) => waiting.get(data.id)?.(data);
    worker.onerror = () => waiting.forEach((end) => end({ error: "the journal did not start" }));
    const last = await tell("open", null, LONG_PATIENCE);
    isJournaled.value = true;
    return last;
  } catch {
    closeJournal();
    return undefined;
  }
}

// Appends lines, after those that did not get there before. Never fails, as what the database holds has happened;
// and nobody waits again for a file that did not answer, until it does.
export async function journal(...lines) {
  if (!worker) return;
  late.push(...lines);
  sending = sending.then(send);
  if (!isJournaled.value) return;
  const isDone = await Promise.race([sending.then(() => true), new Promise((go) => setTimeout(go, PATIENCE))]);
  if (!isDone) isJournaled.value = false;
}

async function send() {
  const sent = [...late];
  if (!sent.length || !worker) return;
  try {
    await tell("append", sent);
    late = late.slice(sent.length);
  } catch {
    // they go with the next ones
  }
  isJournaled.value = late.length === 0;
}

export const journaled = () => tell("all", null, LONG_PATIENCE);

// Booked operations of long ago go, a week of them at a time.
export async function dropOldLines(days) {
  const ago = (count) => new Date(Date.now() - count * DAY).toISOString();
  if (worker) await tell("dropOld", { before: ago(days), worth: ago(days + WORTH) }).catch(() => {}); // the next time
}

// → whether so many bytes are held back now for when the device is full; undefined where nothing can be
export const holdRoom = async (bytes) => (worker ? tell("hold", bytes, LONG_PATIENCE).catch(() => undefined) : undefined);

// → whether there was room that was held back, and now is free
export const giveRoomBack = async () => Boolean(worker && (await tell("giveBack", null, LONG_PATIENCE).catch(() => false)));

// What cannot be read is left as it is.
export function closeJournal() {
  worker?.terminate();
  worker = null;
  isJournaled.value = false;
}

export async function clearJournal() {
  late = [];
  if (worker) await tell("clear", null, PATIENCE);
}

function tell(ask, given, patience) {
  const id = (asked += 1);
  return new Promise((answer, fail) => {
    const timer = patience && setTimeout(() => end({ error: "the journal does not answer" }), patience);
    const end = (said) => {
      clearTimeout(timer);
      waiting.delete(id);
      if (said.error) fail(new Error(said.error));
      else answer(said.answer);
    };
    waiting.set(id, end);
    worker.postMessage({ id, ask, given });
  });
}
