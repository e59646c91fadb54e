// An @ in a note offers the people who may read the record: typed on, chosen with the arrows and
// Enter, or with the mouse. The name goes into the text; who is meant goes along beside it, for
// where two bear one name.
const PAUSE = 150;
const LONGEST = 40;

let current = null; // the textarea whose list is open, with that list
let asked = 0;
let timer;

const isField = (element) => element.matches?.("textarea[data-mentions]");

// What was typed behind the last @ before the caret, unless it is part of an address.
function typedName(field) {
  const before = field.value.slice(0, field.selectionStart);
  const at = before.lastIndexOf("@");
  const typed = before.slice(at + 1);
  if (at < 0 || typed.length > LONGEST || typed.includes("\n")) return null;
  return /[\p{L}\p{N}._-]/u.test(before[at - 1] ?? "") ? null : { at, typed };
}

function close() {
  clearTimeout(timer);
  asked += 1;
  if (!current) return;
  current.list.remove();
  current.field.removeAttribute("aria-activedescendant");
  current.field.removeAttribute("aria-controls");
  current = null;
}

function mark(option) {
  for (const other of current.list.children) other.ariaSelected = String(other === option);
  option.scrollIntoView({ block: "nearest" });
  current.field.setAttribute("aria-activedescendant", option.id);
}

function show(field, options) {
  close();
  const list = document.createElement("div");
  list.className = "lookup-list";
  list.id = `${field.id}-people`;
  list.role = "listbox";
  list.innerHTML = options;
  const found = [...list.querySelectorAll("[role=option]")];
  if (!found.length) return;
  for (const [index, option] of found.entries()) option.id = `${list.id}-${index}`;
  const { left, bottom, width } = field.getBoundingClientRect();
  Object.assign(list.style, { left: `${left}px`, top: `${bottom}px`, minWidth: `${width}px` });
  list.ariaLabel = field.labels[0]?.textContent ?? "";
  field.parentElement.append(list);
  field.setAttribute("aria-controls", list.id);
  current = { field, list };
  mark(found[0]);
}

async function ask(field) {
  asked += 1;
  const number = asked;
  const name = typedName(field);
  if (!name) return close();
  const address = new URL(field.dataset.mentions, location.href);
  address.searchParams.set("q", name.typed);
  try {
    const response = await fetch(address, { headers: { "HX-Request": "true" } });
    const options = await response.text();
    if (number !== asked || document.activeElement !== field) return;
    if (response.ok) show(field, options);
    else close();
  } catch {
    close(); // the connection is lost; a name typed in full is understood all the same
  }
}

function choose(option) {
  const { field } = current;
  const { at } = typedName(field);
  const caret = field.selectionStart;
  const name = option.textContent.trim();
  close();
  field.setRangeText(`@${name} `, at, caret, "end");
  const meant = document.createElement("input");
  Object.assign(meant, { type: "hidden", name: "mention", value: option.dataset.key });
  field.form.append(meant);
  field.form.addEventListener("reset", () => meant.remove(), { once: true });
  field.focus();
}

document.addEventListener("input", ({ target }) => {
  if (!isField(target)) return;
  clearTimeout(timer);
  if (!typedName(target)) return close();
  timer = setTimeout(() => ask(target), PAUSE);
});

document.addEventListener(
  "keydown",
  (event) => {
    if (!current || event.target !== current.field) return;
    const options = [...current.list.querySelectorAll("[role=option]")];
    const now = options.findIndex((option) => option.ariaSelected === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(options[(now + step + options.length) % options.length]);
    else if (event.key === "Enter" || event.key === "Tab") choose(options[now]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// Before the click would take the focus away from the field, and with it the list.
document.addEventListener("mousedown", (event) => {
  const option = current?.list.contains(event.target) && event.target.closest("[role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option);
});

document.addEventListener("focusout", ({ target }) => {
  if (current?.field === target) close();
});
