// Matching bank movements by keyboard: J and K (or the arrows) go through the lines, Enter accepts
// the best suggestion, a figure another one, A leads to the account, U undoes the last match.
const root = () => document.getElementById("bank-matching");
const rows = () => [...document.querySelectorAll("#bank-lines > .bank-line")];
const current = () => document.querySelector(".bank-line.is-current");
const undone = []; // the lines matched here, the last one on top

const isTyping = (target) =>
  target.isContentEditable || target.matches("input:not([type=checkbox]), select, textarea");

function choose(row, focus = true) {
  if (!row) return;
  for (const other of document.querySelectorAll(".bank-line.is-current")) {
    other.classList.remove("is-current");
    other.firstElementChild.removeAttribute("aria-current");
  }
  row.classList.add("is-current");
  const link = row.firstElementChild;
  link.setAttribute("aria-current", "true");
  if (focus) link.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  // With a source of its own: requests of one element wait for each other, and the last one wins.
  const place = { source: "#bank-detail", target: "#bank-detail", swap: "innerHTML" };
  window.htmx.ajax("GET", link.getAttribute("href"), place);
}

function step(by) {
  const all = rows();
  const place = all.indexOf(current());
  choose(all[Math.min(all.length - 1, Math.max(0, place + by))]);
}

function accept(number) {
  const row = current();
  const form = document.querySelector(`#bank-detail form[data-suggestion="${number}"]`);
  // A suggestion is only taken for the line whose details are shown.
  if (!row || form?.getAttribute("hx-target") !== `#${row.id}`) return;
  // Somebody quick presses the key before htmx has come to what it has just put there.
  window.htmx.process(form);
  form.requestSubmit();
}

function undo() {
  const id = undone.pop();
  const row = document.getElementById(`bank-line-${id}`);
  if (!row) return;
  const address = `/accounting/bank/lines/${id}/undo`;
  window.htmx.ajax("POST", address, { source: row, target: row, swap: "outerHTML" });
}

const KEYS = {
  j: () => step(1),
  arrowdown: () => step(1),
  k: () => step(-1),
  arrowup: () => step(-1),
  enter: () => accept(1),
  a: () => document.getElementById("part-account")?.focus(),
  u: undo,
};

document.addEventListener("keydown", (event) => {
  if (!root() || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (key === "escape" && event.target.closest?.("#bank-detail")) {
    event.preventDefault();
    return choose(current());
  }
  if (isTyping(event.target)) return;
  if (key === "enter" && event.target.closest?.("button, a:not(.bank-line-link)")) return;
  const act = KEYS[key] ?? (/^[1-8]$/.test(key) ? () => accept(Number(key)) : null);
  if (!act) return;
  event.preventDefault();
  act();
});

// "?" shows the keys of this page among those of every page.
document.addEventListener("keydown", (event) => {
  const here = document.querySelector("#keys[open] [data-keys-here]");
  if (event.key !== "?" || !root() || !here || here.querySelector(".bank-key")) return;
  for (const row of document.getElementById("bank-keys").children) {
    const copy = row.cloneNode(true);
    copy.classList.add("bank-key");
    here.querySelector("dl").append(copy);
  }
  here.hidden = false;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".bank-line-link");
  if (link) {
    event.preventDefault();
    choose(link.parentElement, false);
  }
  if (event.target.closest?.("[data-split]")) split();
});

// --- what is put together by hand --------------------------------------------------------

const cents = (text) => {
  const [, sign, whole, part = ""] = /^\s*(-?)(\d*)(?:[.,](\d*))?\s*$/.exec(text) ?? [];
  if (whole === undefined) return 0n;
  const value = BigInt((whole || "0") + part.padEnd(8, "0").slice(0, 8));
  return sign ? -value : value;
};

function written(value) {
  const digits = (value < 0n ? -value : value).toString().padStart(9, "0");
  const part = digits.slice(-8).replace(/0+$/, "").padEnd(2, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -8)}.${part}`;
}

function rest(form) {
  let left = cents(form.dataset.amount);
  for (const box of form.querySelectorAll("[name=item]:checked")) {
    left -= cents(form.querySelector(`[name="amount-${box.value}"]`).value);
  }
  for (const part of form.querySelectorAll(".bank-part")) {
    if (part.querySelector("[name=account]").value.trim()) left -= cents(part.querySelector("[name=part]").value);
  }
  return left;
}

function tell(form) {
  form.querySelector("[data-rest] bdi").textContent = written(rest(form));
}

function split() {
  const form = document.querySelector(".bank-manual");
  const parts = form.querySelector("#bank-parts");
  const copy = parts.lastElementChild.cloneNode(true);
  const number = parts.children.length;
  for (const label of copy.querySelectorAll("label")) {
    const input = copy.querySelector(`#${label.htmlFor}`);
    input.value = input.name === "part" ? written(rest(form)) : "";
    label.htmlFor = input.id = `${input.name}-${number}`;
  }
  parts.append(copy);
  copy.querySelector("input").focus();
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.(".bank-manual");
  if (!form) return;
  const parts = form.querySelectorAll(".bank-part");
  // The first part takes what ticked items leave, as long as nobody wrote into it.
  if (event.target.name === "item" && parts.length === 1) {
    const [account, amount] = ["account", "part"].map((name) => parts[0].querySelector(`[name=${name}]`));
    if (!account.value) amount.value = written(rest(form));
  }
  tell(form);
});

// --- after the server has answered -------------------------------------------------------

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // What is wrong with a choice is said above; the row and the form stay as they are.
  if (!root() || detail.xhr.status < 400) return;
  detail.target = document.getElementById("problems");
  detail.swapOverride = "innerHTML";
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (root() && detail.requestConfig.verb === "post") document.getElementById("problems").replaceChildren();
});

// Settled, since htmx gives a row its new attributes only then.
document.addEventListener("htmx:afterSettle", ({ detail, target }) => {
  const line = root() && detail.requestConfig?.verb === "post" && /lines\/(\d+)\/(accept|undo)/.exec(detail.pathInfo.requestPath);
  const row = line && document.getElementById(`bank-line-${line[1]}`);
  if (!row || target !== row) return;
  if (line[2] === "undo") return choose(row);
  undone.push(line[1]);
  const all = rows();
  const place = all.indexOf(row);
  const next = [...all.slice(place + 1), ...all.slice(0, place)].find((other) => !other.matches(".is-done"));
  document.querySelector(".bank-empty").hidden = Boolean(next);
  choose(next ?? row);
});

choose(rows()[0], false);
