// Records ticked in a list: boxes in front of the rows, ranges with Shift, x or Space by keyboard, and
// the bar that does something with all of them. Ticks outlive the turning of pages.
import htmx from "htmx.org";
import { isTyping } from "./typing.js";
import "./cells.js";
import "./toasts.js";

const chosen = new Set();
let everything = false; // all that match, and not only those ticked
let last = null; // where a range begins

const bar = () => document.getElementById("bulk-bar");
const dialog = () => document.getElementById("bulk-dialog");
const rows = () => [...document.querySelectorAll(".list-table tbody tr[data-href]")];
const boxOf = (row) => row.querySelector(".bulk-tick input");
const query = () => document.querySelector("[data-list-query]")?.dataset.listQuery;

export const keyOf = (row) =>
  decodeURIComponent(new URL(row.dataset.href, location.href).pathname.split("/").pop());

function box(label) {
  const tick = document.createElement("label");
  tick.className = "bulk-tick";
  const input = document.createElement("input");
  Object.assign(input, { type: "checkbox", className: "form-check-input", ariaLabel: label });
  tick.append(input);
  return tick;
}

// The boxes are the script's own: without it nothing could be done with them.
function decorate() {
  if (!bar()) return;
  const head = document.querySelector(".list-table thead tr")?.cells[0];
  if (head && rows().length && !head.querySelector(".bulk-tick")) head.append(box(bar().dataset.wordsPage));
  for (const row of rows()) {
    if (boxOf(row)) continue;
    const name = row.cells[0].textContent.trim();
    row.cells[0].append(box(bar().dataset.wordsRow.replace("{title}", name)));
  }
  show();
}

function show() {
  const { wordsCount } = bar().dataset;
  for (const row of rows()) {
    const on = everything || chosen.has(keyOf(row));
    row.classList.toggle("is-ticked", on);
    boxOf(row).checked = on;
  }
  const all = document.querySelector(".list-table thead .bulk-tick input");
  const ticked = rows().filter((row) => boxOf(row).checked).length;
  if (all) {
    all.checked = ticked > 0 && ticked === rows().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
  bar().hidden = !chosen.size && !everything;
  const format = new Intl.NumberFormat(document.documentElement.lang, { numberingSystem: "latn" });
  const number = everything ? bar().dataset.matching : format.format(chosen.size);
  bar().querySelector(".bulk-count").textContent = wordsCount.replace("{count}", number);
  offerAll(Boolean(all?.checked) && !everything);
}

async function offerAll(wanted) {
  const button = bar().querySelector(".bulk-match");
  if (!wanted || query() === undefined) {
    button.hidden = true;
    return;
  }
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const response = await fetch(`${bar().dataset.url}/bulk/count`, {
    method: "POST",
    headers: { "X-CSRF-Token": token, "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ _all: query() }),
  });
  if (!response.ok) return;
  const { count, text } = await response.json();
  button.hidden = count <= chosen.size;
  button.textContent = bar().dataset.wordsMatch.replace("{count}", text);
  bar().dataset.matching = text;
}

function choose(row, on, { range = false } = {}) {
  if (everything) {
    // One taken out of all leaves those on the page.
    everything = false;
    for (const other of rows()) chosen.add(keyOf(other));
  }
  const all = rows();
  const [from, to] = [all.indexOf(range && last?.isConnected ? last : row), all.indexOf(row)].sort((a, b) => a - b);
  for (const each of all.slice(from, to + 1)) {
    if (on) chosen.add(keyOf(each));
    else chosen.delete(keyOf(each));
  }
  last = row;
  show();
}

function clear() {
  chosen.clear();
  everything = false;
  last = null;
  if (bar()) show();
}

document.addEventListener("click", (event) => {
  const input = event.target.closest(".bulk-tick input");
  if (input) {
    const row = input.closest("tbody tr");
    const on = input.checked; // a tick changes the box above them all
    if (row) choose(row, on, { range: event.shiftKey });
    else for (const each of rows()) choose(each, on);
  } else if (event.target.closest(".bulk-match")) {
    everything = true;
    show();
  } else if (event.target.closest(".bulk-clear")) {
    clear();
  } else if (event.target.closest("[data-dialog-close]")) {
    dialog().close();
  }
});

// Text must not be marked by a range chosen with Shift.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest(".bulk-tick")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !bar()) return;
  if (event.key === "Escape" && !bar().hidden && !document.querySelector("dialog[open], .cell-form")) {
    clear();
    return;
  }
  const row = event.target.closest?.("tbody tr[data-href]");
  if (!row || isTyping(event.target)) return;
  const isKey = event.key.toLowerCase() === "x" || (event.key === " " && !event.target.matches("button"));
  if (!isKey) return;
  event.preventDefault();
  choose(row, !boxOf(row).checked, { range: event.shiftKey });
});

document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (!target.closest?.("#bulk-bar")) return;
  if (everything) detail.parameters._all = query();
  else detail.parameters._ids = [...chosen].join(",");
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === dialog() && !dialog().open) dialog().showModal();
});

// A field that is typed into is meant to be changed.
document.addEventListener("input", ({ target }) => {
  const tick = target.closest?.(".bulk-field")?.querySelector("input[name=_change]");
  if (tick && tick !== target) tick.checked = true;
});

function refresh() {
  if (document.getElementById("results")) {
    htmx.ajax("GET", location.href, { target: "#results", swap: "innerHTML" });
  }
}

document.addEventListener("batch:made", () => {
  dialog()?.close();
  clear();
  refresh();
});
document.addEventListener("batch:ended", refresh);
document.addEventListener("cell:saved", refresh);
document.addEventListener("htmx:afterSettle", decorate);
decorate();
