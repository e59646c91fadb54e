// Keeps lists and records fresh: <div data-live="shop.orders" hx-get="…" hx-trigger="live">
// fetches itself again when the resource changes; with data-live-id, when that record does.
// While somebody works in it - something is typed, ticked, opened or marked - it waits, and says
// that there is something new.
import htmx from "htmx.org";

const GATHER = 400;
const FRESH = 2_000;
const waiting = new Map();

function concerns(element, ids) {
  const own = element.dataset.liveId;
  return !own || !ids || ids.includes(own);
}

function isBusy(element) {
  const others = element.dataset.liveWith ? [...document.querySelectorAll(element.dataset.liveWith)] : [];
  return [element, ...others].some(isWorkedIn) || Boolean(document.querySelector(".modal.show, dialog[open]"));
}

function isWorkedIn(part) {
  const focused = document.activeElement;
  const isTyping =
    part.contains(focused) &&
    focused.matches("input:not([type=checkbox]), textarea, select, [contenteditable=true]");
  const isOpen = part.querySelector(".show, :checked:not(option), .htmx-request");
  const marked = getSelection();
  const isMarking = !marked.isCollapsed && part.contains(marked.anchorNode);
  return Boolean(isTyping || isOpen || isMarking);
}

function rowsOf(element) {
  const rows = [...element.querySelectorAll("tr[data-href]")];
  return new Map(rows.map((row) => [row.dataset.href, row.textContent]));
}

function refresh(element) {
  waiting.delete(element);
  if (!element.isConnected) return;
  if (isBusy(element)) {
    element.dataset.liveStale = "";
    waiting.set(element, setTimeout(() => refresh(element), FRESH));
    return;
  }
  delete element.dataset.liveStale;
  const before = rowsOf(element);
  element.addEventListener("htmx:afterSettle", () => flash(element, before), { once: true });
  htmx.trigger(element, "live");
}

// Somebody may have begun to work in it while the answer was under way.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, triggeringEvent } = detail.requestConfig;
  if (triggeringEvent?.type !== "live" || !isBusy(elt)) return;
  detail.shouldSwap = false;
  refresh(elt);
});

// What is different now is marked for a moment, so that a change does not pass unseen.
function flash(element, before) {
  for (const row of element.querySelectorAll("tr[data-href]")) {
    if (before.get(row.dataset.href) === row.textContent) continue;
    row.classList.add("is-fresh");
    setTimeout(() => row.classList.remove("is-fresh"), FRESH);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.body.addEventListener("notice", ({ detail: { channel, ids } }) => {
    for (const element of document.querySelectorAll("[data-live]")) {
      const isMine = element.dataset.live.split(/\s+/).includes(channel);
      if (!isMine || !concerns(element, ids) || waiting.has(element)) continue;
      // Many changes at once are one look.
      waiting.set(element, setTimeout(() => refresh(element), GATHER * (0.5 + Math.random())));
    }
  });
});
