// Shortcuts pressed while the page's scripts are still on their way are kept, and pressed again once
// these are there, which app.js tells by "scripts:there". What is typed into a field is in it anyway.
// Until then <html> carries data-scripts="coming".
import { isTyping } from "./typing.js";

const root = document.documentElement;
const kept = [];

function isOurs({ key, ctrlKey, metaKey, altKey, target }) {
  if (altKey || !(key.length === 1 || key.startsWith("Arrow")) || key === " ") return false;
  if (!ctrlKey && !metaKey) return !isTyping(target);
  const name = key.toLowerCase();
  return name === "k" || Boolean(document.querySelector(`button[data-key="${CSS.escape(name)}"]`));
}

function keep(event) {
  if (!isOurs(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!event.repeat) kept.push(event);
}

// What was pressed while nothing had the focus goes where a shortcut before it has put the focus.
function targetOf({ target }) {
  if (target.isConnected && target !== document.body) return target;
  const focused = document.activeElement ?? document.body;
  return isTyping(focused) ? document.body : focused;
}

function pressAgain(event) {
  targetOf(event).dispatchEvent(new KeyboardEvent(event.type, event));
}

root.dataset.scripts = "coming";
addEventListener("keydown", keep, true);
document.addEventListener("scripts:there", () => {
  removeEventListener("keydown", keep, true);
  root.dataset.scripts = "there";
  kept.splice(0).forEach(pressAgain);
});
