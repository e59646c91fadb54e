// A grid of lines by keyboard, as in a spreadsheet: Enter and the arrows go from cell to cell,
// Tab past the last cell begins a new line, and lines are duplicated, moved and removed.
import {
  addRows, cellIn, duplicateRow, focusCell, focusFirst, gridOf, isBlank, moveRow, noteChange,
  removeRow, rowOf,
} from "./lines.js";

const CARET = "input[type=text], input[type=email], input:not([type])";

// Left and right leave a cell only where the text in it ends.
function leaves(control, step) {
  if (!control.matches(CARET)) return control.matches("[type=checkbox]");
  const { selectionStart: start, selectionEnd: end, value } = control;
  if (start === 0 && end === value.length) return true;
  return start === end && end === (step < 0 ? 0 : value.length);
}

function beside(row, place, step) {
  for (let column = place + step; column >= 0 && column < row.cells.length; column += step) {
    if (cellIn(row, column)) return column;
  }
  return -1;
}

function down(row, column, isEnter) {
  const next = row.nextElementSibling;
  if (next) focusCell(next, column);
  else if (isEnter) {
    const [added] = addRows(gridOf(row));
    focusFirst(added);
    noteChange(gridOf(row));
  }
}

function across(row, column, step) {
  const place = beside(row, column, step);
  if (place >= 0) focusCell(row, place);
}

// Past the last cell of the last line; a line left blank lets one out of the grid.
function tab(event, row, column) {
  if (event.shiftKey || row.nextElementSibling || beside(row, column, 1) >= 0 || isBlank(row)) return;
  event.preventDefault();
  down(row, column, true);
}

function commanded(event, row, column) {
  if (event.ctrlKey && event.key === "Delete") removeRow(row);
  else if (event.ctrlKey && event.key.toLowerCase() === "d") focusCell(duplicateRow(row), column);
  else if (event.ctrlKey && event.key === "Enter") {
    const [added] = addRows(gridOf(row), 1, row);
    focusFirst(added);
    noteChange(gridOf(row));
  } else if (event.altKey && event.shiftKey && ["ArrowUp", "ArrowDown"].includes(event.key) && gridOf(row).dataset.ordered) {
    moveRow(row, event.key === "ArrowUp" ? -1 : 1);
  } else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  const row = rowOf(event.target);
  if (!row || event.defaultPrevented || !event.target.matches("input, select, textarea")) return;
  const control = event.target;
  const column = control.closest("td").cellIndex;
  if (commanded(event, row, column)) {
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const isAcross = ["ArrowLeft", "ArrowRight"].includes(event.key);
  const step = event.key === forward ? 1 : -1;
  // These have arrows of their own.
  const isOwn = control.matches("select, textarea, [type=date], [type=time], [type=datetime-local]");
  if (event.key === "Tab") tab(event, row, column);
  else if (event.key === "Enter" && !control.matches("textarea")) {
    event.preventDefault();
    if (event.shiftKey) focusCell(row.previousElementSibling, column);
    else down(row, column, true);
  } else if (isOwn || event.shiftKey) return;
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (event.key === "ArrowDown") down(row, column, false);
    else focusCell(row.previousElementSibling, column);
  } else if (isAcross && leaves(control, step)) {
    event.preventDefault();
    across(row, column, step);
  }
});
