// A whole row of a list leads to its record. The link in it is what keyboards and screen readers
// use; this only makes the target larger for a pointer.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label")) return;
  // Somebody who marks text in order to copy it does not want to leave.
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
});
