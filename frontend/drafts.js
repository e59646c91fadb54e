// Drafts of a form: what is typed is kept on the server a moment later. What cannot reach it
// (no connection, the session has ended) is kept in this browser until it can, under the company
// and the person, and is wiped when somebody signs out or another person signs in here.
import { addressOf, ask, contentOf, SignedOut } from "./form-calls.js";
import { ownerHere, PREFIX, storedHere } from "./drafts-here.js";

const PAUSE = 1_200;
const AGAIN = 6_000;
const BEACON = 60_000; // bytes that a closing page may still send

const kept = new WeakMap(); // form: what the server has of it
let timer;

const keyOf = (form) => `${PREFIX}${ownerHere()}:${addressOf(form)}:${form.elements._token.value}`;
const textOf = (form) => contentOf(form).toString();
const isChanged = (form) => kept.get(form) !== textOf(form);

function tell(form, sentence) {
  const status = form.querySelector("[data-draft-status]");
  if (status) status.textContent = sentence;
}

// In this browser, until the server can be reached.
export function keepHere(form) {
  if (!ownerHere() || !isChanged(form)) return;
  const content = contentOf(form);
  for (const input of form.querySelectorAll("input[type=password]")) content.delete(input.name);
  content.delete("csrf_token");
  try {
    localStorage.setItem(keyOf(form), content.toString());
    form.dispatchEvent(new CustomEvent("form:kept", { bubbles: true }));
    tell(form, form.dataset.keptHere);
  } catch {
    // No room or no permission: the page still holds everything, and asks before it is left.
  }
}

async function keep(form) {
  clearTimeout(timer);
  if (!form.isConnected || !isChanged(form)) return;
  const content = contentOf(form);
  try {
    const answer = await ask(form, "/draft", content);
    kept.set(form, content.toString());
    localStorage.removeItem(keyOf(form));
    tell(form, answer.kept);
    if (!isChanged(form)) form.dispatchEvent(new CustomEvent("form:kept", { bubbles: true }));
  } catch (error) {
    keepHere(form);
    if (!(error instanceof SignedOut)) timer = setTimeout(() => keep(form), AGAIN);
  }
}

// The form was saved: there is nothing to come back to.
export function settled(form) {
  clearTimeout(timer);
  localStorage.removeItem(keyOf(form));
  kept.set(form, textOf(form));
  form.dispatchEvent(new CustomEvent("form:kept", { bubbles: true }));
}

// What this browser kept for this very form goes to the server, and the form opens with it.
async function bringBack(form) {
  for (const { key, address, token, content } of storedHere()) {
    if (address !== addressOf(form)) continue;
    const again = new URLSearchParams(content);
    again.set("csrf_token", form.elements.csrf_token.value);
    try {
      await ask(form, "/draft", again);
    } catch {
      return;
    }
    localStorage.removeItem(key);
    location.replace(`${address}?draft=${encodeURIComponent(token)}`);
    return;
  }
}

export function watchDrafts(form) {
  kept.set(form, textOf(form));
  bringBack(form);
}

function noteChange({ target }) {
  const form = target.closest?.("form[data-form]");
  if (!form) return;
  clearTimeout(timer);
  timer = setTimeout(() => keep(form), PAUSE);
}

document.addEventListener("input", noteChange);
document.addEventListener("change", noteChange);

// The page is put away or closed: the last word still goes to the server.
document.addEventListener("visibilitychange", () => {
  const form = document.querySelector("form[data-form]");
  if (document.visibilityState !== "hidden" || !form || !kept.has(form) || !isChanged(form)) return;
  const content = contentOf(form);
  if (content.toString().length > BEACON) keepHere(form);
  else ask(form, "/draft", content, { keepalive: true }).catch(() => keepHere(form));
});
