// Shortcuts of the elements that carry data-key: a button answers to Ctrl (or ⌘) and the key, so
// that it works while somebody types; a link is followed, and an input focused, by the key alone.
// "?" lists them, with the keys that work everywhere.
import { open } from "./dialogs.js";

const LEADER_HOLDS = 1200;
const WITH_KEY = ":is(a, button, input, select, textarea)[data-key]";
const AFTER_G = { s: () => "/", l: () => document.querySelector(".app-menu-link[aria-current]")?.href };

let leader = 0; // when "g" was pressed

const isTyping = (target) =>
  target.isContentEditable || target.matches("input, select, textarea");

function find(selector, key) {
  return [...document.querySelectorAll(selector)].find(
    (element) => element.dataset.key === key && element.checkVisibility(),
  );
}

const nameOf = (element) =>
  (element.ariaLabel || element.labels?.[0]?.textContent || element.textContent || element.title).trim();

function kbd(text) {
  const key = document.createElement("kbd");
  if (text === "mod") key.append(Object.assign(document.createElement("span"), { className: "key-mod" }));
  else key.textContent = text.length === 1 && text !== text.toLowerCase() ? text : text.toUpperCase();
  return key;
}

function rowOf(element) {
  const row = document.createElement("div");
  const [title, keys] = [document.createElement("dt"), document.createElement("dd")];
  title.textContent = nameOf(element);
  keys.append(...(element.matches("button") ? [kbd("mod")] : []), kbd(element.dataset.key));
  row.append(title, keys);
  return row;
}

function showKeys() {
  const dialog = document.getElementById("keys");
  const here = dialog?.querySelector("[data-keys-here]");
  if (!here) return;
  const elements = [...document.querySelectorAll(WITH_KEY)].filter((item) => item.checkVisibility());
  here.hidden = !elements.length;
  here.querySelector("dl").replaceChildren(...elements.map(rowOf));
  open(dialog);
}

function onBareKey(event, key) {
  if (leader && event.timeStamp - leader < LEADER_HOLDS && AFTER_G[key]) {
    leader = 0;
    const address = AFTER_G[key]();
    if (address) location.assign(address);
    return Boolean(address);
  }
  leader = key === "g" ? event.timeStamp : 0;
  if (key === "?") return showKeys() ?? true;
  if (key === "[") return document.dispatchEvent(new Event("menu:fold"));
  const element = find("a[data-key], input[data-key]", key);
  if (element?.matches("a")) element.click();
  else element?.focus();
  return Boolean(element);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey) return;
  if (document.querySelector(".modal.show, dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    const button = find("button[data-key]", key);
    if (!button) return;
    event.preventDefault();
    button.click();
  } else if (!isTyping(event.target) && onBareKey(event, key)) {
    event.preventDefault();
  }
});

document.addEventListener("keys:open", showKeys);
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-keys-open]")) showKeys();
});
