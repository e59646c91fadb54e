// Grids of lines in a form: lines are added, removed and summed without asking the server. The
// buttons are ordinary submit buttons for those who have no script.
import { sum, toText } from "./figures.js";

const PLACEHOLDER = /\bNEW\b/;

const gridOf = (element) => element.closest("[data-lines]");
const rowsOf = (grid) => [...grid.querySelectorAll("tbody > tr")];

function nextIndex(grid) {
  return Math.max(-1, ...rowsOf(grid).map((row) => Number(row.dataset.row.split(".").pop()))) + 1;
}

function add(grid) {
  const row = grid.querySelector("template").content.querySelector("tr").cloneNode(true);
  const index = nextIndex(grid);
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of element.attributes) {
      attribute.value = attribute.value.replace(PLACEHOLDER, index);
    }
  }
  grid.querySelector("tbody").append(row);
  noteChange(grid);
  return row;
}

function remove(row) {
  const grid = gridOf(row);
  const rows = rowsOf(grid);
  const neighbour = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
  row.remove();
  focusOn(neighbour ?? add(grid), 0);
  noteChange(grid);
}

function focusOn(row, column) {
  row.cells[column]?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

function noteChange(grid) {
  grid.dispatchEvent(new Event("input", { bubbles: true }));
}

function total(grid) {
  const { decimal, group } = grid.closest("form").dataset;
  for (const cell of grid.querySelectorAll("[data-total]")) {
    const ending = `.${cell.dataset.total}`;
    const inputs = [...grid.querySelectorAll("tbody input")].filter(({ name }) => name.endsWith(ending));
    cell.textContent = toText(sum(inputs.map((input) => input.value), { decimal, group }));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-lines-add], [data-lines-remove]");
  if (!button) return;
  event.preventDefault();
  if (button.matches("[data-lines-add]")) focusOn(add(gridOf(button)), 0);
  else remove(button.closest("tr"));
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-lines] tbody > tr");
  if (!row || event.defaultPrevented) return;
  if (event.key === "Enter" && event.target.matches("input:not([type=checkbox]), select")) {
    event.preventDefault();
    const column = event.target.closest("td").cellIndex;
    const next = row.nextElementSibling;
    focusOn(next ?? add(gridOf(row)), next ? column : 0);
  } else if (event.key === "Delete" && event.ctrlKey) {
    event.preventDefault();
    remove(row);
  }
});

document.addEventListener("input", ({ target }) => {
  const grid = gridOf(target);
  if (grid) total(grid);
});

document.addEventListener("DOMContentLoaded", () => {
  for (const grid of document.querySelectorAll("[data-lines]")) total(grid);
});
