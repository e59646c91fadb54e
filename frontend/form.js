// The form of a record: sent without leaving the page, so that what is refused, a lost
// connection and an ended session find everything still typed. Loaded where there is one.
import "./form-checks.js";
import "./form-choices.js";
import "./lines-keys.js";
import "./lines-menu.js";
import "./lines-paste.js";
import { addressOf, contentOf, send, SignedOut, Unreached } from "./form-calls.js";
import { keepHere, settled, watchDrafts } from "./drafts.js";
import { sumUp } from "./lines.js";
import { offerCamera } from "./lines-scan.js";
import { focusFirstProblem } from "./problems.js";

const sheetOf = (root) => root.querySelector("[data-sheet]");

function prepare() {
  const form = document.querySelector("form[data-form]");
  if (!form) return;
  sumUp(form);
  offerCamera(form);
  watchDrafts(form);
  focusFirstProblem(form);
}

function swap(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = sheetOf(page);
  if (!fresh) return false;
  sheetOf(document).replaceWith(document.adoptNode(fresh));
  window.htmx?.process(sheetOf(document));
  prepare();
  if (!document.activeElement?.closest("form[data-form]")) {
    document.querySelector("[data-sheet] .alert")?.scrollIntoView({ block: "start" });
  }
  return true;
}

// A question that is asked before the form is saved, with its own form in it.
function askBack(html) {
  const dialog = document.createElement("dialog");
  dialog.className = "form-dialog";
  dialog.innerHTML = html;
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("a")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function show(html) {
  if (swap(html)) return;
  const piece = document.createElement("template");
  piece.innerHTML = html;
  if (piece.content.querySelector("form")) askBack(html);
  else {
    const problems = document.getElementById("problems");
    problems.innerHTML = html;
    problems.scrollIntoView({ block: "center" });
  }
}

function tellUnreached(lost) {
  const notice = document.getElementById("connection-lost");
  if (notice) notice.hidden = !lost;
}

async function save(form, submitter) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  const response = await send(form, addressOf(form), contentOf(form, submitter), { headers });
  tellUnreached(false);
  const goal = response.headers.get("hx-redirect");
  if (goal) {
    settled(form);
    location.assign(goal);
  } else {
    show(await response.text());
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-form]") || event.defaultPrevented) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  form.setAttribute("aria-busy", "true");
  try {
    await save(form, event.submitter);
  } catch (error) {
    if (!(error instanceof Unreached || error instanceof SignedOut)) throw error;
    keepHere(form);
    if (error instanceof Unreached) tellUnreached(true);
  } finally {
    delete form.dataset.sending;
    form.removeAttribute("aria-busy");
  }
});

document.addEventListener("form:signed-out", ({ target }) => {
  keepHere(target);
  const notice = document.getElementById("signed-out");
  if (!notice?.hidden) return;
  notice.hidden = false;
  notice.scrollIntoView({ block: "center" });
  notice.querySelector("a").focus();
});

prepare();
