// Inputs that look a record up: what is typed is asked of data-lookup, the answer's options are
// shown below, and the chosen one's key goes into the hidden input. Without a choice the server
// resolves the text itself. Where there is no hidden input, the options are what the text itself
// could become, and the chosen one takes its place. The roles follow the combobox pattern with a list.
const PAUSE = 150;

let current = null; // the input whose list is open, with that list
let asked = 0; // only the newest answer counts
let timer;

const inputOf = (target) => target.closest?.(".lookup[data-lookup] > input[type=text]");
const hiddenOf = (input) => input.parentElement.querySelector("input[type=hidden]");

function close() {
  clearTimeout(timer);
  asked += 1;
  if (!current) return;
  current.list.remove();
  current.input.setAttribute("aria-expanded", "false");
  current.input.removeAttribute("aria-activedescendant");
  current = null;
}

function show(input, options) {
  close();
  const list = document.createElement("div");
  list.className = "lookup-list";
  list.id = `${input.id || "lookup"}-options`;
  list.role = "listbox";
  list.innerHTML = options;
  for (const [index, option] of [...list.children].entries()) option.id = `${list.id}-${index}`;
  // Fixed, because a card cuts off what reaches beyond it.
  const { left, bottom, width } = input.getBoundingClientRect();
  Object.assign(list.style, { left: `${left}px`, top: `${bottom}px`, minWidth: `${width}px` });
  input.parentElement.append(list);
  input.role = "combobox";
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "true");
  current = { input, list };
}

async function ask(input) {
  asked += 1;
  const number = asked;
  const address = new URL(input.parentElement.dataset.lookup, location.href);
  address.searchParams.set("q", input.value);
  try {
    const response = await fetch(address, { headers: { "HX-Request": "true" } });
    const options = await response.text();
    if (response.ok && number === asked && document.activeElement === input) show(input, options);
  } catch {
    close(); // the connection is lost; the text stays, and the server resolves it on saving
  }
}

function setKey(input, key) {
  const hidden = hiddenOf(input);
  if (!hidden || hidden.value === key) return;
  hidden.value = key;
  hidden.dispatchEvent(new Event("change", { bubbles: true }));
}

function choose(option) {
  const { input } = current;
  input.value = option.dataset.text ?? option.textContent.trim();
  close();
  if (hiddenOf(input)) setKey(input, option.dataset.key);
  else input.dispatchEvent(new Event("change", { bubbles: true }));
  input.dispatchEvent(new CustomEvent("lookup:chosen", { bubbles: true }));
}

function move(step) {
  const options = [...current.list.querySelectorAll("[role=option]")];
  if (!options.length) return;
  const now = options.findIndex((option) => option.ariaSelected === "true");
  const next = options[(now + step + options.length + (now < 0 && step < 0)) % options.length];
  for (const option of options) option.ariaSelected = String(option === next);
  next.scrollIntoView({ block: "nearest" });
  current.input.setAttribute("aria-activedescendant", next.id);
}

document.addEventListener("input", ({ target }) => {
  const input = inputOf(target);
  if (!input) return;
  setKey(input, "");
  clearTimeout(timer);
  timer = setTimeout(() => ask(input), PAUSE);
});

document.addEventListener(
  "keydown",
  (event) => {
    const input = inputOf(event.target);
    if (!input) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = current?.list.querySelector('[aria-selected="true"]');
    if (step && current) move(step);
    // In a grid the arrows go from line to line; with Alt, down opens the list there.
    else if (step === 1 && !event.shiftKey && (event.altKey || !input.closest("[data-lines]"))) ask(input);
    else if (event.key === "Enter" && chosen) choose(chosen);
    else if (event.key === "Escape" && current) close();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Enter in an open list is not Enter in the form
  },
  true,
);

// Before the click would take the focus away from the input, and with it the list.
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".lookup-option");
  if (!option || !current) return;
  event.preventDefault();
  choose(option);
});

document.addEventListener("focusout", ({ target }) => {
  if (current?.input === target) close();
});
addEventListener("scroll", ({ target }) => target !== current?.list && close(), true);
