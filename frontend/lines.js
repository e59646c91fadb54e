// Grids of lines in a form: rows are added, removed, moved and summed without asking the server.
// Adding and removing are ordinary submit buttons for those who have no script.
import { sum, toText } from "./figures.js";
import { controlNamed, setProblem } from "./problems.js";

const PLACEHOLDER = /\bNEW\b/;
const CELL = "input:not([type=hidden]), select, textarea";

export const gridOf = (element) => element.closest?.("[data-lines]");
export const rowsOf = (grid) => [...grid.querySelector("tbody").rows];
export const rowOf = (element) => element.closest?.("[data-lines] tbody > tr");
export const cellIn = (row, column) => row?.cells[column]?.querySelector(CELL);
const templateOf = (grid) => grid.querySelector("template").content.querySelector("tr");

// The columns that can be typed in: their names and places.
export function columnsOf(grid) {
  return [...templateOf(grid).cells]
    .map((cell, place) => ({ place, name: cell.dataset.column, title: cell.dataset.label }))
    .filter(({ name, place }) => name && cellIn(templateOf(grid), place));
}

function nextIndex(grid) {
  return Math.max(-1, ...rowsOf(grid).map((row) => Number(row.dataset.row.split(".").pop()))) + 1;
}

// New rows before this one, or at the end; the caller tells when all of them are filled.
export function addRows(grid, count = 1, before = null) {
  const first = nextIndex(grid);
  const added = document.createDocumentFragment();
  for (let index = first; index < first + count; index += 1) {
    const row = templateOf(grid).cloneNode(true);
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const attribute of element.attributes) {
        attribute.value = attribute.value.replace(PLACEHOLDER, index);
      }
    }
    added.append(row);
  }
  const rows = [...added.children];
  grid.querySelector("tbody").insertBefore(added, before);
  return rows;
}

export function removeRow(row) {
  const grid = gridOf(row);
  const rows = rowsOf(grid);
  const place = rows.indexOf(row);
  const column = document.activeElement?.closest?.("td")?.cellIndex ?? 0;
  row.remove();
  const neighbour = rows[place + 1] ?? rows[place - 1] ?? addRows(grid)[0];
  focusCell(neighbour, Math.min(column, neighbour.cells.length - 2));
  noteChange(grid);
}

export function duplicateRow(row) {
  const grid = gridOf(row);
  const [copy] = addRows(grid, 1, row.nextElementSibling);
  for (const { place } of columnsOf(grid)) {
    const from = row.cells[place].querySelectorAll("input, select, textarea");
    const to = copy.cells[place].querySelectorAll("input, select, textarea");
    const inputs = [...from].filter((input) => !input.name.endsWith(".id"));
    for (const [index, input] of inputs.entries()) {
      if (input.type === "checkbox") to[index].checked = input.checked;
      else to[index].value = input.value;
    }
  }
  noteChange(grid);
  return copy;
}

export function moveRow(row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  const focused = document.activeElement;
  if (step < 0) other.before(row);
  else other.after(row);
  if (row.contains(focused)) focused.focus();
  noteChange(gridOf(row));
}

export function focusCell(row, column) {
  const control = cellIn(row, column);
  control?.focus();
  if (control?.matches("input:not([type=checkbox])")) control.select?.();
}

export function focusFirst(row) {
  const control = row.querySelector(`td ${CELL.split(", ").join(", td ")}`);
  control?.focus();
}

export function noteChange(grid) {
  grid.dispatchEvent(new Event("input", { bubbles: true }));
}

// Whether nothing was typed into a row: it holds what a new one does.
export function isBlank(row) {
  if (row.querySelector('input[name$=".id"]')) return false;
  const fresh = templateOf(gridOf(row));
  return columnsOf(gridOf(row)).every(({ place }) => {
    const [now, then] = [cellIn(row, place), cellIn(fresh, place)];
    return now.type === "checkbox" ? now.checked === then.checked : now.value === then.value;
  });
}

// Put what the server read into a cell: {value, text, problem}.
export function fillCell(row, name, { value, text, problem = "" }) {
  const full = `${row.dataset.row}.${name}`;
  const control = controlNamed(row, full);
  if (!control) return;
  if (control.name.endsWith(".text")) {
    control.value = text ?? value;
    row.querySelector(`[name="${CSS.escape(full)}"]`).value = problem ? "" : value;
  } else if (control.type === "checkbox") {
    control.checked = value === "true";
  } else {
    // A date that cannot be read is no date, and would vanish from its input.
    if (problem && control.matches("[type=date], [type=time], [type=datetime-local]")) {
      control.type = "text";
    }
    if (problem && control.matches("select")) {
      control.append(new Option(value, value));
    }
    control.value = value;
  }
  setProblem(control, problem);
}

export function textOfCell(row, place) {
  const control = cellIn(row, place);
  if (!control) return row.cells[place]?.innerText.trim() ?? "";
  if (control.matches("select")) return control.selectedOptions[0]?.text ?? "";
  if (control.type === "checkbox") return control.checked ? "1" : "0";
  return control.value;
}

export function tell(grid, sentence) {
  grid.querySelector("[data-lines-status]").textContent = sentence;
}

function total(grid) {
  const { decimal, group } = grid.closest("form").dataset;
  for (const cell of grid.querySelectorAll("[data-total]")) {
    const place = cell.cellIndex;
    const texts = rowsOf(grid).map((row) => cellIn(row, place)?.value ?? "");
    cell.textContent = toText(sum(texts, { decimal, group }));
  }
}

export function sumUp(form) {
  for (const grid of form.querySelectorAll("[data-lines]")) total(grid);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-lines-add], [data-lines-remove]");
  if (!button) return;
  event.preventDefault();
  if (button.matches("[data-lines-remove]")) {
    removeRow(button.closest("tr"));
    return;
  }
  const [row] = addRows(gridOf(button));
  focusFirst(row);
  noteChange(gridOf(button));
});

document.addEventListener("input", ({ target }) => {
  const grid = gridOf(target);
  if (grid) total(grid);
});
