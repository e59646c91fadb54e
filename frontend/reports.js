// Financial reports: what is asked for is shown at once, rows fold, arrows move between figures;
// and the rows of a definition in its editor.

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-report-form]");
  if (!form) return;
  if (event.target.matches("[data-upper]")) event.target.value = event.target.value.toUpperCase();
  if (event.target.name === "period") {
    const isCustom = event.target.value === "custom";
    form.querySelector("[data-report-days]").hidden = !isCustom;
    if (isCustom) return form.querySelector("#from").focus();
  }
  if (event.target.type === "date" && !form.querySelector("#to").value) return;
  form.requestSubmit();
});

// Fields that say nothing stay out of the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-report-form]")) return;
  for (const field of event.target.querySelectorAll("select, input")) {
    const isDay = field.type === "date" && field.closest("[hidden]");
    if (!field.value || isDay) field.disabled = true;
  }
  setTimeout(() => {
    for (const field of event.target.querySelectorAll(":disabled")) field.disabled = false;
  });
});

function fold(button, isOpen) {
  button.setAttribute("aria-expanded", String(isOpen));
  const rows = button.closest("table").querySelectorAll("[data-parent]");
  for (const row of rows) if (row.dataset.parent === button.dataset.fold) row.hidden = !isOpen;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fold]");
  if (button) return fold(button, button.getAttribute("aria-expanded") !== "true");
  const all = event.target.closest("[data-unfold-all], [data-fold-all]");
  if (all) {
    const isOpen = all.matches("[data-unfold-all]");
    for (const one of document.querySelectorAll("[data-fold]")) fold(one, isOpen);
  }
});

// Arrows move from figure to figure, and open and close the row of a fold.
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-report] :is(td, th)");
  if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const isRtl = document.dir === "rtl";
  const forward = isRtl ? "ArrowLeft" : "ArrowRight";
  const back = isRtl ? "ArrowRight" : "ArrowLeft";
  if (event.target.matches("[data-fold]") && [forward, back].includes(event.key)) {
    const isOpen = event.target.getAttribute("aria-expanded") === "true";
    if (isOpen !== (event.key === forward)) {
      event.preventDefault();
      return fold(event.target, event.key === forward);
    }
  }
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], [forward]: [0, 1], [back]: [0, -1] };
  if (!(event.key in steps)) return;
  const found = neighbour(cell, ...steps[event.key]);
  if (found) {
    event.preventDefault();
    found.focus();
  }
});

function neighbour(cell, down, along) {
  let row = cell.parentElement;
  let place = [...row.children].indexOf(cell);
  for (;;) {
    if (down) row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
    else place += along;
    const next = row?.children[place];
    if (!next) return null;
    const target = !row.hidden && next.querySelector("a, button");
    if (target) return target;
  }
}

// --- the editor of a definition ---

const changed = (form) => form.dispatchEvent(new Event("rows-changed", { bubbles: true }));

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-report-editor]");
  if (!form) return;
  const row = event.target.closest("[data-edit-row]");
  if (event.target.closest("[data-add-row]")) {
    const made = form.querySelector("[data-edit-template]").content.cloneNode(true);
    form.querySelector("[data-edit-rows]").append(made);
    form.querySelector("[data-edit-rows] > :last-child select").focus();
  } else if (event.target.closest("[data-remove]")) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    next?.querySelector("select").focus();
  } else if (event.target.closest("[data-move]")) {
    const button = event.target.closest("[data-move]");
    if (button.dataset.move === "up") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    button.focus();
  } else return;
  changed(form);
});
