// Cells edited in the list. The button above the list, or F2 on a row, opens them; then arrows walk,
// Enter edits and saves, Tab saves and goes on, Escape leaves the cell as it was.
import htmx from "htmx.org";
import { isTyping } from "./typing.js";

let editing = false;
let wanted = null; // the cell to come back to once the list is drawn anew

const bar = () => document.getElementById("bulk-bar");
const button = () => document.getElementById("edit-cells");
const cells = () => [...document.querySelectorAll(".list-table [data-cell]")];

function mark() {
  const fields = JSON.parse(bar()?.dataset.inline ?? "{}");
  const heads = [...document.querySelectorAll(".list-table thead th")];
  for (const row of document.querySelectorAll(".list-table tbody tr[data-href]")) {
    for (const [place, head] of heads.entries()) {
      const cell = row.cells[place];
      const field = fields[head.dataset.column];
      if (!cell || !field) continue;
      if (editing) {
        cell.dataset.cell = field;
        cell.tabIndex = 0;
      } else {
        delete cell.dataset.cell;
        cell.removeAttribute("tabindex");
      }
    }
  }
  document.querySelector(".list-table")?.classList.toggle("is-editing", editing);
  button()?.setAttribute("aria-pressed", String(editing));
}

function switchTo(on) {
  editing = on;
  mark();
}

function open(cell) {
  if (cell.querySelector(".cell-form")) return;
  const { href } = cell.closest("tr").dataset;
  cell.dataset.before = cell.innerHTML;
  const path = new URL(href, location.href).pathname;
  htmx.ajax("GET", `${path}/cells/${cell.dataset.cell}`, { target: cell, swap: "innerHTML" });
}

function close(cell) {
  if (cell.dataset.before === undefined) return;
  cell.querySelector(".cell-form").dataset.sent = "no more";
  cell.innerHTML = cell.dataset.before;
  delete cell.dataset.before;
  cell.focus();
}

const inputOf = (form) => form.querySelector("input:not([type=hidden]), select, textarea");
const valueOf = (form) => [...new FormData(form).values()].join("\n");

function save(form, step = 0) {
  // Losing the focus saves, and so does what takes the form away: once is enough.
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  const cell = form.closest("[data-cell]");
  const { href } = cell.closest("tr").dataset;
  wanted = { href, field: cell.dataset.cell, step };
  if (form.dataset.was === valueOf(form)) {
    close(cell);
    comeBack();
  } else form.requestSubmit();
}

function comeBack() {
  if (!wanted) return;
  const all = cells();
  const { href, field, step } = wanted;
  const place = all.findIndex((cell) => cell.dataset.cell === field && cell.closest("tr").dataset.href === href);
  all[place + step]?.focus();
  wanted = null;
}

function walk(cell, key) {
  const row = cell.closest("tr");
  const same = (other) => [...(other?.cells ?? [])].find((each) => each.dataset.cell === cell.dataset.cell);
  const all = [...row.querySelectorAll("[data-cell]")];
  const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
  const place = all.indexOf(cell);
  const next = {
    ArrowDown: same(row.nextElementSibling),
    ArrowUp: same(row.previousElementSibling),
    [forward]: all[place + 1],
    [backward]: all[place - 1],
  }[key];
  next?.focus();
  return Boolean(next);
}

document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest("#edit-cells")) switchTo(!editing);
    const cell = editing && event.target.closest("[data-cell]");
    if (!cell || event.target.closest(".bulk-tick, .cell-form")) return;
    event.preventDefault();
    event.stopPropagation(); // a row leads to its record, but not while it is edited
    open(cell);
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const form = event.target.closest?.(".cell-form");
  const cell = event.target.closest?.("[data-cell]");
  if (form && event.key === "Escape") close(cell);
  else if (form && event.key === "Tab") save(form, event.shiftKey ? -1 : 1);
  else if (form && event.key === "Enter" && !event.target.matches("textarea")) save(form);
  else if (!form && event.key === "F2" && event.target.closest?.("tr[data-href]") && button()) {
    const row = event.target.closest("tr[data-href]");
    if (!editing) switchTo(true);
    open(cell ?? row.querySelector("[data-cell]"));
  } else if (!form && cell && event.key === "Enter") open(cell);
  else if (!form && cell && event.key === "Escape") switchTo(false);
  else if (!form && cell && event.key.startsWith("Arrow") && !isTyping(event.target)) {
    if (!walk(cell, event.key)) return;
  } else return;
  event.preventDefault();
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const form = detail.target?.querySelector?.(".cell-form") ?? detail.elt?.closest?.(".cell-form");
  if (form && !form.dataset.was) {
    form.dataset.was = valueOf(form);
    const input = inputOf(form);
    input?.focus();
    input?.select?.();
  }
  mark();
  if (!document.querySelector(".cell-form")) comeBack();
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const form = target.closest?.(".cell-form");
  if (!form || form.contains(relatedTarget) || !document.hasFocus()) return;
  if (form.isConnected && !form.classList.contains("htmx-request")) save(form);
});
