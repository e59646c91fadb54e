// Dialogs of the page's frame: opened over everything, closed by Escape, by a button with
// data-dialog-close, or by a click beside them. The browser gives the focus back.
export function open(dialog) {
  if (!dialog || dialog.open) return false;
  dialog.showModal();
  return true;
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-dialog-close]") || target.matches?.("dialog.palette, dialog.keys")) {
    target.closest("dialog").close();
  }
});
