// Keys: what each does on the screen in front, and codes that a scanner types anywhere.
//
// A scanner is a keyboard that types a code with figures faster than hands do, and ends with Enter. What it
// typed into a field is taken out again.
import { useLayoutEffect, useRef } from "preact/hooks";

const FAST = 100; // milliseconds between two keys of a scanner; a busy device may be late to hear them
const SHORTEST = 5;

let layers = []; // the last one is in front: {keys: [{key, does, title}], scan, type}
let burst = { text: "", at: 0, field: null, before: "" };

// keys: [{key: "F9", title: "Pay", does}]; `scan(code, whole)` gets what a scanner read, and
// with it all that stood in the field; `type(event)` a letter
// that nobody else wants, which goes into the screen's first field otherwise.
export function useKeys(keys, { scan, type } = {}) {
  const layer = useRef({});
  Object.assign(layer.current, { keys, scan, type }); // with every drawing: a key never meets what was true before
  useLayoutEffect(() => {
    const own = layer.current;
    layers.push(own);
    return () => (layers = layers.filter((one) => one !== own));
  }, []);
}

export const keysInFront = () => layers.at(-1)?.keys ?? [];

export const nameOfKey = (event) =>
  `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.key.length === 1 ? event.key.toUpperCase() : event.key}`;

export function listenToKeys() {
  addEventListener("keydown", onKey, { capture: true });
}

function onKey(event) {
  const layer = layers.at(-1);
  if (!layer || event.isComposing) return;
  if (event.key === "Enter" && endBurst(event, layer)) return;
  note(event);
  const inField = event.target.matches?.("input, textarea, select");
  const name = nameOfKey(event);
  const found = layer.keys.find((one) => one.key === name && !(inField && (one.free || name.length === 1)));
  if (found) {
    event.preventDefault();
    event.stopPropagation();
    found.does();
  } else if (!inField && name.length === 1) {
    (layer.type ?? focusField)(event);
  }
}

// What is typed outside of fields goes into the one that the screen begins with.
export const focusField = () => document.querySelector("main [autofocus]")?.focus();

function note(event) {
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  const now = event.timeStamp;
  if (now - burst.at > FAST) {
    const field = event.target.matches?.("input, textarea") ? event.target : null;
    burst = { text: "", at: now, field, before: field?.value ?? "" };
  }
  burst.text += event.key;
  burst.at = now;
}

function endBurst(event, layer) {
  const { text, at, field, before } = burst;
  burst = { text: "", at: 0, field: null, before: "" };
  if (text.length < SHORTEST || !/\d/.test(text) || event.timeStamp - at > FAST || !layer.scan) return false;
  event.preventDefault();
  event.stopPropagation();
  // A device that heard the scanner late holds the beginning of the code in the field.
  const whole = field?.value ?? text;
  if (field) {
    field.value = field.type === "search" ? "" : before;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  layer.scan(text, whole);
  return true;
}
