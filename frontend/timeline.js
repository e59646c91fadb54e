// The conversation beside a record: what was written is cleared once it is kept, a refusal is said
// where people write, Ctrl and Enter saves a note, and one open fold is enough. Following a link to
// #conversation brings it into sight, which fetches it.
import "./attachments.js";
import "./mentions.js";

const conversationOf = (element) => element?.closest?.("[data-conversation]");
const problemOf = (conversation) => conversation.querySelector("[data-problem]");

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const conversation = conversationOf(detail.requestConfig?.elt);
  if (!conversation || detail.xhr.status < 400) return;
  // The form stays as it is, so that nothing typed is lost.
  detail.target = problemOf(conversation);
  detail.swapOverride = "innerHTML";
  detail.shouldSwap = true;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.requestConfig?.elt;
  const conversation = conversationOf(form);
  // A refusal that is shown in its place counts as successful with htmx, and not here.
  if (!conversation || !detail.successful || detail.xhr.status >= 400) return;
  if (detail.requestConfig.verb === "post") problemOf(conversation).replaceChildren();
  if (form.matches("[data-clears]")) {
    form.reset();
    // The next one is another form, even if the same is written.
    form.elements._token.value = crypto.getRandomValues(new Uint32Array(4)).join("");
    form.closest("details")?.removeAttribute("open");
  }
  if (detail.pathInfo.requestPath.endsWith("/seen")) {
    document.body.dispatchEvent(new Event("inbox:read"));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const { form } = event.target;
  if (!form || !event.target.matches("textarea") || !conversationOf(form)) return;
  event.preventDefault();
  form.requestSubmit();
});

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.open || !target.matches("[data-folds]")) return;
    for (const other of conversationOf(target)?.querySelectorAll("[data-folds][open]") ?? []) {
      if (other !== target) other.open = false;
    }
    target.querySelector("textarea, input:not([type=hidden])")?.focus();
  },
  true,
);
