// Asks before a form with data-unsaved is left with changes in it that are kept nowhere.
let changed = false;

document.addEventListener("input", ({ target }) => {
  if (target.closest("form[data-unsaved]")) changed = true;
});
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("form[data-form]")) changed = false;
});
document.addEventListener("form:kept", () => {
  changed = false;
});
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
