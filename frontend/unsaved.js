// Asks before a form with data-unsaved is left with changes in it.
let changed = false;

document.addEventListener("input", ({ target }) => {
  if (target.closest("form[data-unsaved]")) changed = true;
});
document.addEventListener("submit", () => {
  changed = false;
});
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
