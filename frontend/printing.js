// What is asked before printing: the choices for labels are there only where labels are printed.
function fit(select) {
  const kind = select.selectedOptions[0]?.dataset.kind;
  for (const part of select.form.querySelectorAll("[data-for-kind]")) {
    part.hidden = part.dataset.forKind !== kind;
  }
}

const chosen = () => document.querySelectorAll("#print-form").forEach(fit);

document.addEventListener("change", ({ target }) => {
  if (target.id === "print-form") fit(target);
});
document.addEventListener("htmx:afterSettle", chosen);
chosen();
