// What was done, told in a corner with its undo. A toast goes after a while unless somebody is at it;
// Ctrl+Z takes back what the newest one tells of.
import { isTyping } from "./typing.js";

const STAY = 20_000;
const timed = new WeakSet();

function goLater(card) {
  if (timed.has(card) || card.dataset.stage === "going") return;
  timed.add(card);
  const go = () => {
    if (card.matches(":hover, :focus-within")) setTimeout(go, STAY / 4);
    else card.remove();
  };
  setTimeout(go, STAY);
}

document.addEventListener("htmx:afterSettle", () => {
  for (const card of document.querySelectorAll(".toast-card")) goLater(card);
});

document.addEventListener("click", ({ target }) => {
  target.closest("[data-toast-close]")?.closest(".toast-card").remove();
});

document.addEventListener("keydown", (event) => {
  const undo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey;
  if (!undo || isTyping(event.target)) return;
  const button = [...document.querySelectorAll(".toast-card [data-undo]")].at(-1);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// A refusal stands at the top of the page, which may be out of sight.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "problems") detail.target.scrollIntoView({ block: "center" });
});
