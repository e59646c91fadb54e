// What the app shows at the moment. Whatever must outlast it is in the database (store/).
import { signal } from "@preact/signals";
import { readValue, writeValue } from "./store/db.js";
import { journal } from "./store/journal.js";

export const binding = signal(undefined); // undefined until it was read, null without one
export const session = signal(null); // the open session of this till
export const cashier = signal(null); // who sells now, by the PIN
export const screen = signal({ name: "sell" });
export const dialogs = signal([]); // the last one is in front
export const message = signal(null); // {text, kind} shown for a moment

export function go(name, props = {}) {
  dialogs.value = [];
  screen.value = { name, ...props };
}

export function openDialog(name, props = {}) {
  dialogs.value = [...dialogs.value, { name, props }];
}

export function closeDialog() {
  dialogs.value = dialogs.value.slice(0, -1);
}

// Asks with a dialog, and gives what it answers; null when it was closed.
export function ask(name, props = {}) {
  return new Promise((tell) => openDialog(name, { ...props, tell }));
}

let fading = null;
export function say(text, kind = "plain") {
  clearTimeout(fading);
  message.value = { text, kind };
  fading = setTimeout(() => (message.value = null), kind === "bad" ? 8_000 : 3_000);
}

export async function loadState() {
  session.value = (await readValue("session")) ?? null;
  binding.value = (await readValue("binding")) ?? null;
}

export async function keepBinding(value) {
  const head = { seq: 0, hash: value.chain, numbered: 0 };
  await writeValue("head", head);
  await writeValue("binding", value);
  await journal({ values: { binding: value, head } });
  binding.value = value;
}
