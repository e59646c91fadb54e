// Blocks of cells between a grid and a spreadsheet. What is pasted is read by the server, in the
// user's own way of writing figures and dates, and references by what records are called; what
// cannot be read stays as it came and is marked.
import { ask, contentOf, Unreached } from "./form-calls.js";
import {
  addRows, cellIn, columnsOf, fillCell, gridOf, noteChange, rowOf, rowsOf, tell, textOfCell,
} from "./lines.js";
import { focusFirstProblem } from "./problems.js";

// Cells parted by tabs, rows by line ends; quotes around what holds either, doubled inside.
export function readBlock(text) {
  const rows = [[]];
  let cell = "";
  let isQuoted = false;
  for (let place = 0; place < text.length; place += 1) {
    const sign = text[place];
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[place + 1] === '"') {
        cell += '"';
        place += 1;
      } else isQuoted = false;
    } else if (sign === '"' && !cell) isQuoted = true;
    else if (sign === "\t" || sign === "\n") {
      rows.at(-1).push(cell);
      cell = "";
      if (sign === "\n") rows.push([]);
    } else if (sign !== "\r") cell += sign;
  }
  rows.at(-1).push(cell);
  if (rows.at(-1).every((part) => !part)) rows.pop(); // a block ends with a line end
  return rows;
}

const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const rowText = (row, columns) => columns.map(({ place }) => quoted(textOfCell(row, place))).join("\t");

function isHead(cells, columns) {
  const titles = columns.map(({ title }) => title.toLowerCase());
  return cells.every((cell, place) => cell.trim().toLowerCase() === titles[place]);
}

async function readCells(grid, columns, block) {
  const form = grid.closest("form");
  const content = contentOf(form);
  const asked = new URLSearchParams({
    csrf_token: content.get("csrf_token"),
    grid: grid.dataset.lines,
    columns: columns.map(({ name }) => name).join(","),
    cells: JSON.stringify(block),
  });
  return (await ask(form, "/paste", asked)).rows;
}

function fill(grid, start, columns, rows) {
  const there = rowsOf(grid);
  const first = there.indexOf(start);
  const missing = first + rows.length - there.length;
  const all = missing > 0 ? [...there, ...addRows(grid, missing)] : there;
  let unread = 0;
  for (const [index, cells] of rows.entries()) {
    for (const [place, cell] of cells.entries()) {
      fillCell(all[first + index], columns[place].name, cell);
      if (cell.problem) unread += 1;
    }
  }
  return unread;
}

async function paste(control, text) {
  const [row, grid] = [rowOf(control), gridOf(control)];
  const column = control.closest("td").cellIndex;
  const columns = columnsOf(grid).filter(({ place }) => place >= column);
  const block = readBlock(text);
  if (block.length && isHead(block[0], columns)) block.shift();
  if (!block.length) return;
  grid.setAttribute("aria-busy", "true");
  try {
    const rows = await readCells(grid, columns, block);
    const unread = fill(grid, row, columns, rows);
    noteChange(grid);
    const { pasted, unread: marked } = grid.dataset;
    tell(grid, (unread ? marked : pasted).replace("{lines}", rows.length).replace("{cells}", unread));
    if (!unread || !focusFirstProblem(grid)) cellIn(row, column)?.focus();
  } catch (error) {
    tell(grid, error instanceof Unreached ? grid.dataset.unreached : error.message);
  } finally {
    grid.removeAttribute("aria-busy");
  }
}

document.addEventListener("paste", (event) => {
  if (!rowOf(event.target) || !event.target.matches("input, select, textarea")) return;
  const text = event.clipboardData.getData("text/plain");
  const isBlock = text.includes("\t") || /\n./.test(text.trim());
  if (!isBlock || (event.target.matches("textarea") && !text.includes("\t"))) return;
  event.preventDefault();
  paste(event.target, text);
});

// With nothing marked in the cell, the line is copied.
document.addEventListener("copy", (event) => {
  const row = rowOf(event.target);
  if (!row || String(getSelection()) || event.target.selectionStart !== event.target.selectionEnd) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", rowText(row, columnsOf(gridOf(row))));
  tell(gridOf(row), gridOf(row).dataset.copied.replace("{lines}", 1));
});

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-lines-copy]");
  if (!button) return;
  const grid = gridOf(button);
  const columns = columnsOf(grid);
  const rows = rowsOf(grid);
  const head = columns.map(({ title }) => quoted(title)).join("\t");
  await navigator.clipboard.writeText([head, ...rows.map((row) => rowText(row, columns))].join("\n"));
  tell(grid, grid.dataset.copied.replace("{lines}", rows.length));
});
