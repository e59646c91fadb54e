// The palette: places, actions and records from one field, by the keyboard alone. The server finds
// and words the lines; what can be done on this page is read off its own buttons, so that it is
// exactly what this person may do now. Roles follow the combobox pattern with a grouped list.
import { open as openDialog } from "./dialogs.js";
import { note, visits } from "./visits.js";

const PAUSE = 60;
const OWN_ACTIONS = "main .page-actions :is(a, button), main [data-key]:is(a, button)";

const dialog = document.getElementById("palette");
const field = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
let asked = 0; // only the newest answer counts
let timer;
let own = []; // the page's own buttons, by the number of their line

const lines = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector('[aria-selected="true"]');
const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f\u064b-\u065f]/g, "").toLowerCase();

function mark(line) {
  for (const other of lines()) other.ariaSelected = String(other === line);
  if (line) field.setAttribute("aria-activedescendant", line.id);
  else field.removeAttribute("aria-activedescendant");
  line?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = lines();
  if (all.length) mark(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
}

function ownLines(text) {
  const seen = new Set();
  own = [...document.querySelectorAll(OWN_ACTIONS)].filter((control) => {
    const title = titleOf(control);
    const offered = title && !seen.has(title) && !control.disabled && control.checkVisibility();
    seen.add(title);
    return offered && fold(text).split(/\s+/).every((word) => fold(title).includes(word));
  });
  return own;
}

const titleOf = (control) => (control.textContent.trim() || control.ariaLabel || "").replace(/\s+/g, " ");

function groupOfOwn(text) {
  if (!ownLines(text).length) return null;
  const group = document.createElement("div");
  group.role = "group";
  group.ariaLabel = dialog.dataset.here;
  const title = Object.assign(document.createElement("div"), { className: "palette-group" });
  title.textContent = dialog.dataset.here;
  group.append(title, ...own.map(lineOfOwn));
  return group;
}

function lineOfOwn(control, place) {
  const line = Object.assign(document.createElement("div"), {
    className: "palette-line",
    role: "option",
    id: `palette-own-${place}`,
    ariaSelected: "false",
  });
  const icon = Object.assign(document.createElement("i"), { className: "bi bi-lightning", ariaHidden: "true" });
  const title = Object.assign(document.createElement("bdi"), { className: "palette-title" });
  title.textContent = titleOf(control);
  line.dataset.own = place;
  line.append(icon, title);
  return line;
}

function show(html, text) {
  list.innerHTML = html;
  const here = groupOfOwn(text);
  if (here) {
    list.querySelector(".empty-state")?.remove();
    list[text ? "append" : "prepend"](here);
  }
  list.scrollTop = 0;
  mark(lines()[0]);
  const said = lines().length ? dialog.dataset.count.replace("{count}", lines().length) : dialog.dataset.none;
  dialog.querySelector("[role=status]").textContent = said;
}

async function ask() {
  const number = ++asked;
  const text = field.value.trim();
  const address = new URL("/palette", location.href);
  if (text) address.searchParams.set("q", text);
  else for (const path of visits(dialog.dataset.user)) address.searchParams.append("been", path);
  try {
    const response = await fetch(address, { headers: { "HX-Request": "true" } });
    const html = await response.text();
    if (number === asked && response.ok) show(html, text);
  } catch {
    if (number === asked) show("", text); // what the page itself offers needs no server
  }
}

function run(line, { elsewhere = false } = {}) {
  if (!line) return;
  const { url, run: command, own: place } = line.dataset;
  if (url && elsewhere) return window.open(url, "_blank", "noopener");
  dialog.close();
  if (url) location.assign(url);
  else if (place) own[place].click();
  else if (command === "sign-out") document.getElementById("sign-out").requestSubmit();
  else if (command === "keys") document.dispatchEvent(new Event("keys:open"));
  else document.dispatchEvent(new CustomEvent("theme:choose", { detail: command.split(":")[1] }));
}

function open() {
  if (!openDialog(dialog)) return;
  field.value = "";
  field.focus();
  ask();
}

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) move(step);
  else if (event.key === "Home" && !field.value) mark(lines()[0]);
  else if (event.key === "End" && !field.value) mark(lines().at(-1));
  else if (event.key === "Enter" && !event.isComposing) run(chosen(), { elsewhere: event.ctrlKey || event.metaKey });
  else return;
  event.preventDefault();
}

if (dialog) {
  note(dialog.dataset.user);
  field.addEventListener("keydown", onKey);
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  list.addEventListener("pointermove", ({ target }) => {
    const line = target.closest("[role=option]");
    if (line && line !== chosen()) mark(line);
  });
  list.addEventListener("click", (event) => {
    run(event.target.closest("[role=option]"), { elsewhere: event.ctrlKey || event.metaKey });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-palette-open]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
}
