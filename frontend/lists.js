// Lists by pointer and keyboard: rows that lead to their records, groups that open, panels, the
// order of columns, and how close the lines stand. The server draws; this only asks it to.
const list = () => document.querySelector(".list-page");
const panel = () => document.getElementById("list-panel");

// What was typed before htmx was there to hear it is looked for now.
document.addEventListener("scripts:there", () => {
  const search = document.getElementById("list-search");
  if (search && search.value !== search.defaultValue) search.form.requestSubmit();
});

// --- rows -------------------------------------------------------------------------------

// A whole row leads to its record. The link in it is what keyboards and screen readers use; this
// only makes the target larger for a pointer.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, select, textarea")) return;
  // Somebody who marks text in order to copy it does not want to leave.
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
});

const isTyping = (target) =>
  target.isContentEditable || target.matches("input:not([type=checkbox]), select, textarea");

function rowLinks() {
  const links = document.querySelectorAll("#results tbody th > a");
  return [...links].filter((link) => link.checkVisibility());
}

// j and k, and the arrows, go from row to row; Enter opens what has the focus.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !list()) return;
  if (event.key === "Escape" && panel()?.firstElementChild) {
    closePanel(true);
    return;
  }
  if (isTyping(event.target) || document.querySelector(".modal.show, dialog[open]")) return;
  const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const inRows = event.target.closest?.("#results");
  if (!step || (event.key.startsWith("Arrow") && !inRows)) {
    if (inRows) turnGroup(event);
    return;
  }
  const links = rowLinks();
  if (!links.length) return;
  const present = links.indexOf(event.target.closest?.("tr")?.querySelector("th > a"));
  const next = links[present < 0 ? (step > 0 ? 0 : links.length - 1) : present + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});

// A click with Shift sorts by a further column.
document.addEventListener(
  "click",
  (event) => {
    const head = event.target.closest?.("th > a[data-also]");
    if (!head || !event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    window.htmx.ajax("GET", head.dataset.also, { target: "#results" });
  },
  true,
);

// --- groups -----------------------------------------------------------------------------

const levelOf = (body) => Number(body.dataset.level);

// The bodies that belong to a group: all behind it down to the next of its own level.
function* inside(group) {
  let body = group.nextElementSibling;
  while (body && body.matches("tbody") && levelOf(body) > levelOf(group)) {
    yield body;
    body = body.nextElementSibling;
  }
}

function turn(opener) {
  const group = opener.closest("tbody");
  const opening = opener.getAttribute("aria-expanded") !== "true";
  opener.setAttribute("aria-expanded", String(opening));
  if (opening && !group.dataset.fetched) {
    group.dataset.fetched = "yes";
    opener.dispatchEvent(new Event("open"));
    return;
  }
  let closedLevel = Infinity;
  for (const body of inside(group)) {
    if (levelOf(body) <= closedLevel) closedLevel = Infinity;
    body.hidden = !opening || levelOf(body) > closedLevel;
    const isClosed = body.querySelector('.row-group-open[aria-expanded="false"]');
    if (isClosed && closedLevel === Infinity) closedLevel = levelOf(body);
  }
}

function turnGroup(event) {
  const opener = event.target.closest(".row-group-open");
  if (!opener) return;
  const isOpen = opener.getAttribute("aria-expanded") === "true";
  const isRtl = document.documentElement.dir === "rtl";
  const forward = isRtl ? "ArrowLeft" : "ArrowRight";
  const back = isRtl ? "ArrowRight" : "ArrowLeft";
  if (event.key === " " || (event.key === forward && !isOpen) || (event.key === back && isOpen)) {
    event.preventDefault();
    turn(opener);
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest(".row-group-open");
  if (!opener || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  turn(opener);
});

document.addEventListener("htmx:responseError", ({ target }) => {
  const group = target.closest?.(".row-group");
  if (!group) return;
  delete group.dataset.fetched;
  group.querySelector(".row-group-open").setAttribute("aria-expanded", "false");
});

// --- panels -----------------------------------------------------------------------------

const openers = () => document.querySelectorAll("[data-panel]");

function closePanel(returns = false) {
  const place = panel();
  if (!place?.firstElementChild) return;
  const name = place.firstElementChild.dataset.panelName;
  place.replaceChildren();
  for (const opener of openers()) opener.setAttribute("aria-expanded", "false");
  if (returns) document.querySelector(`[data-panel="${name}"]`)?.focus();
}

// Under the button that opened it, as far as the card is wide.
function placePanel(place, name) {
  const opener = document.querySelector(`.list-buttons [data-panel="${name}"]`);
  const card = place.parentElement.getBoundingClientRect();
  const button = opener?.getBoundingClientRect();
  const isRtl = document.documentElement.dir === "rtl";
  const at = button && (isRtl ? card.right - button.right : button.left - card.left);
  place.style.setProperty("--list-panel-at", button ? `${at}px` : "0.75rem");
}

// A second click on its button closes a panel.
document.addEventListener(
  "click",
  (event) => {
    const opener = event.target.closest?.("[data-panel]");
    if (opener?.getAttribute("aria-expanded") === "true") {
      event.preventDefault();
      event.stopPropagation();
      closePanel(true);
    } else if (event.target.closest?.("[data-close-panel]")) {
      closePanel(true);
    } else if (!opener && !event.target.closest?.("#list-panel, .lookup-list")) {
      closePanel();
    }
  },
  true,
);

document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  if (target.id === "list-panel") {
    const box = target.firstElementChild;
    if (!box) return;
    placePanel(target, box.dataset.panelName);
    for (const opener of openers()) {
      const isIts = opener.dataset.panel === box.dataset.panelName;
      opener.setAttribute("aria-expanded", String(isIts));
    }
    box.querySelector("input:not([type=hidden]), a:not(.btn), select, button")?.focus();
  } else if (target.id === "results" && !document.getElementById("columns-form")) {
    closePanel();
  }
});

// Another empty line to type in, as soon as the last one is filled.
document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-grows]") || !target.value) return;
  if (target.nextElementSibling?.matches("[data-grows]")) return;
  const another = target.cloneNode();
  another.value = "";
  another.removeAttribute("value");
  target.after(another);
});

// What was looked up joins the values to choose from, and the search is free for the next.
document.addEventListener("lookup:chosen", ({ target }) => {
  const lookup = target.closest("[data-gathers]");
  if (!lookup) return;
  const hidden = lookup.querySelector("input[type=hidden]");
  const label = document.createElement("label");
  label.className = "form-check";
  const tick = Object.assign(document.createElement("input"), {
    className: "form-check-input",
    type: "checkbox",
    name: lookup.dataset.gathers,
    value: hidden.value,
    checked: true,
  });
  label.append(tick, " ", target.value);
  lookup.nextElementSibling.append(label);
  hidden.value = "";
  target.value = "";
});

// --- columns ----------------------------------------------------------------------------

// The columns ticked, in their order, become the state of the list's form, which is then sent.
function showColumns(form) {
  const ticked = [...form.querySelectorAll("input[name=columns]:checked")];
  const listForm = document.getElementById("list-form");
  for (const held of document.querySelectorAll('input[name="columns"][form="list-form"]')) {
    held.remove();
  }
  const state = Object.assign(document.createElement("input"), {
    type: "hidden",
    name: "columns",
    value: ticked.map((tick) => tick.value).join(","),
  });
  state.setAttribute("form", "list-form");
  document.getElementById("results").prepend(state);
  listForm.requestSubmit();
}

// The next column in this direction; for one that is shown, the next that is shown too.
function neighbour(item, isForward) {
  const step = isForward ? "nextElementSibling" : "previousElementSibling";
  const isShown = (entry) => entry.querySelector("input").checked;
  let other = item[step];
  while (other && isShown(item) && !isShown(other)) other = other[step];
  return other;
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("#columns-form");
  if (form) showColumns(form);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("#columns-form [data-move]");
  if (!button) return;
  const item = button.closest("li");
  const other = neighbour(item, button.dataset.move === "1");
  if (!other) return;
  if (button.dataset.move === "1") other.after(item);
  else other.before(item);
  button.focus();
  showColumns(button.form);
});

let dragged = null;
document.addEventListener("dragstart", ({ target }) => {
  dragged = target.closest?.("#columns-form li");
  dragged?.classList.add("dragged");
});
document.addEventListener("dragover", (event) => {
  const item = dragged && event.target.closest?.("#columns-form li");
  if (!item || item === dragged) return;
  event.preventDefault();
  const { top, height } = item.getBoundingClientRect();
  if (event.clientY > top + height / 2) item.after(dragged);
  else item.before(dragged);
});
document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("dragged");
  showColumns(dragged.closest("form"));
  dragged = null;
});

// --- the rest ---------------------------------------------------------------------------

// How close the lines stand is this browser's affair; the cookie lets the server draw it so.
const A_YEAR = 365 * 24 * 3600;
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-density]");
  if (!button) return;
  const isCompact = document.querySelector(".list-card").classList.toggle("list-compact");
  button.setAttribute("aria-pressed", String(isCompact));
  const value = isCompact ? "compact" : "normal";
  document.cookie = `density=${value}; path=/; max-age=${A_YEAR}; samesite=lax`;
});

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy-link]");
  if (!button) return;
  const address = new URL(button.dataset.copyLink, location.href).href;
  await navigator.clipboard.writeText(address);
  button.textContent = button.dataset.copied;
});
