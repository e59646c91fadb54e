// Boards and calendars: a card dragged to another state, a record to another day. What is dragged can
// be moved by its menu, its button or by Alt and the arrows as well.
import htmx from "htmx.org";
import "./toasts.js";

let dragged = null;
let moved = ""; // the key of what was moved, to bring the focus back to

const targets = () => [...document.querySelectorAll(".board-lane, [data-day]")];

function accepts(place) {
  if (!dragged) return false;
  if (place.matches(".board-lane")) return (dragged.dataset.to ?? "").split(" ").includes(place.dataset.state);
  return dragged.matches(".calendar-entry") && !place.contains(dragged);
}

function put(place) {
  moved = dragged.dataset.key;
  if (place.matches(".board-lane")) {
    dragged.querySelector(`button[data-state="${CSS.escape(place.dataset.state)}"]`).click();
  } else reschedule(dragged, place.dataset.day);
}

function reschedule(entry, day) {
  moved = entry.dataset.key;
  const base = entry.closest("[data-calendar]").dataset.calendar;
  htmx.ajax("POST", `${base}/${encodeURIComponent(entry.dataset.key)}/reschedule`, {
    values: { day, _version: entry.dataset.version },
    target: "#toasts",
    swap: "beforeend",
  });
}

function refresh() {
  htmx.ajax("GET", location.href, { target: "#results", swap: "innerHTML" });
}

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.("[draggable=true][data-key]");
  if (!card) return;
  dragged = card;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.textContent.trim());
  card.classList.add("is-dragged");
  for (const place of targets()) place.classList.toggle("is-target", accepts(place));
});

document.addEventListener("dragover", (event) => {
  const place = event.target.closest?.(".board-lane, [data-day]");
  for (const other of targets()) other.classList.toggle("is-over", other === place && accepts(place));
  if (place && accepts(place)) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const place = event.target.closest?.(".board-lane, [data-day]");
  if (!place || !accepts(place)) return;
  event.preventDefault();
  put(place);
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  for (const place of targets()) place.classList.remove("is-target", "is-over");
});

const STEPS = { ArrowDown: 7, ArrowUp: -7, ArrowRight: 1, ArrowLeft: -1 };

function dayAfter(day, steps) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + steps);
  return date.toISOString().slice(0, 10);
}

document.addEventListener("keydown", (event) => {
  const entry = event.target.closest?.(".calendar-entry[draggable=true]");
  if (!entry || !event.altKey || !(event.key in STEPS)) return;
  event.preventDefault();
  const turned = document.dir === "rtl" && Math.abs(STEPS[event.key]) === 1 ? -1 : 1;
  reschedule(entry, dayAfter(entry.closest("[data-day]").dataset.day, STEPS[event.key] * turned));
});

document.addEventListener("click", ({ target }) => {
  const entry = target.closest("[data-move]")?.closest(".calendar-entry");
  if (!entry) return;
  const dialog = document.getElementById("move-dialog");
  const input = dialog.querySelector("input");
  input.value = entry.closest("[data-day]").dataset.day;
  dialog.returnValue = "";
  dialog.showModal();
  const done = () => dialog.returnValue === "move" && input.value && reschedule(entry, input.value);
  dialog.addEventListener("close", done, { once: true });
});

// The menu of a card tells which one was moved, too.
document.addEventListener("htmx:configRequest", ({ target }) => {
  const card = target.closest?.(".board-card");
  if (card) moved = card.dataset.key;
});

document.addEventListener("card:moved", refresh);
document.addEventListener("batch:ended", refresh);
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id !== "results" || !moved) return;
  document.querySelector(`[data-key="${CSS.escape(moved)}"] a`)?.focus();
  moved = "";
});
