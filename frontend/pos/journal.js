// The worker that keeps the till's second journal: a file beside the browser's database, to which each operation is
// appended, and on the disk before that is said. `store/journal.js` speaks to it.
//
// There are two files, made once. One is in use; what is needed of it is copied to the other when old lines are to
// go, and then it is emptied. A copy that was broken off is the smaller of the two.
//
// A third file is room that is held back: where the device is full it is emptied, and sales are written all the same.
import { read, written } from "./store/lines.js";
import { neededSince, told } from "./store/told.js";

const NAMES = ["till-journal-1", "till-journal-2"];
const RESERVE = "till-reserve";
const PATIENCE = 5_000; // for the worker of a window that has just gone
const PAUSE = 20;
const PART = 1 << 16;

let used = null;
let spare = null;
let turn = Promise.resolve();

const does = { open, append, all, dropOld, clear, hold, giveBack };

onmessage = ({ data: { id, ask, given } }) => {
  turn = turn.then(async () => {
    try {
      postMessage({ id, answer: await does[ask](given) });
    } catch (error) {
      postMessage({ id, error: String(error) });
    }
  });
};

// → the last values, null in an empty journal
async function open() {
  const folder = await navigator.storage.getDirectory();
  const files = await Promise.all(NAMES.map((name) => folder.getFileHandle(name, { create: true })));
  const handles = await Promise.all(files.map(held));
  [used, spare] = handles.sort((one, other) => other.getSize() - one.getSize());
  if (spare.getSize()) empty(spare);
  return last();
}

async function held(file) {
  const until = Date.now() + PATIENCE;
  while (true) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      if (error.name !== "NoModificationAllowedError" || Date.now() > until) throw error;
      await new Promise((go) => setTimeout(go, PAUSE));
    }
  }
}

async function last() {
  for (let size = PART; ; size *= 4) {
    const from = Math.max(0, used.getSize() - size);
    const { values } = told(await read(bytesOf(used, from)));
    if (values || from === 0) return values;
  }
}

async function append(lines) {
  add(used, await written(lines));
}

function all() {
  return read(bytesOf(used, 0));
}

// Only where the oldest line is old enough to be worth it: what stays is copied.
async function dropOld({ before, worth }) {
  const first = (await read(bytesOf(used, 0, PART))).find((line) => line.since || line.operation);
  if (!first || (first.since ?? first.operation.occurred_at) >= worth) return;
  const needed = await written(neededSince(before, await all()));
  add(spare, needed);
  empty(used);
  [used, spare] = [spare, used];
}

function clear() {
  [used, spare].forEach(empty);
}

// Zeros and no hole, so that the room is there. → whether it is
async function hold(bytes) {
  return inReserve((file) => {
    try {
      if (file.getSize() < bytes) add(file, new Uint8Array(bytes - file.getSize()));
      return true;
    } catch {
      return false;
    }
  });
}

// → whether that made room
async function giveBack() {
  return inReserve((file) => {
    const had = file.getSize() > 0;
    if (had) empty(file);
    return had;
  });
}

// Closed each time: a browser counts what an open file might still need as used.
async function inReserve(work) {
  const folder = await navigator.storage.getDirectory();
  const file = await held(await folder.getFileHandle(RESERVE, { create: true }));
  try {
    return work(file);
  } finally {
    file.close();
  }
}

// All of it or, where the disk is full, nothing.
function add(file, bytes) {
  const at = file.getSize();
  try {
    if (file.write(bytes, { at }) < bytes.length) throw new Error("the disk is full");
    file.flush();
  } catch (error) {
    file.truncate(at);
    throw error;
  }
}

function empty(file) {
  file.truncate(0);
  file.flush();
}

function bytesOf(file, from, most = Infinity) {
  const bytes = new Uint8Array(Math.min(file.getSize() - from, most));
  file.read(bytes, { at: from });
  return bytes;
}
