// Shortcuts pressed while the page's scripts are still on their way are kept, and pressed again once
// these are there, which app.js tells by "scripts:there". What is typed into a field is in it anyway;
// what was typed after a shortcut that leads to a field ("/", then what to look for) goes into that
// field. Until then <html> carries data-scripts="coming".
import { isTyping } from "./typing.js";

const TEXT = "input[type=text], input[type=search], input:not([type]), textarea";
const root = document.documentElement;
const kept = [];

function isOurs({ key, ctrlKey, metaKey, altKey, target }) {
  if (altKey || !(key.length === 1 || key.startsWith("Arrow"))) return false;
  if (key === " " && !(kept.length && target === document.body)) return false; // scrolls, or presses a button
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

function type(field, text) {
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
}

// What was pressed while nothing had the focus goes where a shortcut before it has put the focus.
function goalOf({ target }) {
  if (target.isConnected && target !== document.body) return target;
  const focused = document.activeElement ?? document.body;
  return isTyping(focused) ? document.body : focused;
}

const isText = ({ key, ctrlKey, metaKey, target }) =>
  target === document.body && key.length === 1 && !ctrlKey && !metaKey;

function pressAllAgain() {
  let field = null; // into which a shortcut has led
  for (const event of kept.splice(0)) {
    if (field && isText(event)) {
      type(field, event.key);
      continue;
    }
    const before = document.activeElement;
    goalOf(event).dispatchEvent(new KeyboardEvent(event.type, event));
    const { activeElement } = document;
    field = activeElement !== before && activeElement?.matches(TEXT) ? activeElement : null;
  }
}

root.dataset.scripts = "coming";
addEventListener("keydown", keep, true);
document.addEventListener("scripts:there", () => {
  removeEventListener("keydown", keep, true);
  root.dataset.scripts = "there";
  pressAllAgain();
});
