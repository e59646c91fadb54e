// The menu of one line: one for the whole grid, opened at the line's button or by the menu key.
import {
  addRows, duplicateRow, focusFirst, gridOf, moveRow, noteChange, removeRow, rowOf,
} from "./lines.js";

let open = null; // {menu, row, button}

function close(isBack = true) {
  if (!open) return;
  const { menu, button, row } = open;
  open = null;
  menu.hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (isBack) (row.isConnected ? button : menu.closest("[data-lines]").querySelector("tbody button"))?.focus();
}

function show(button) {
  close(false);
  const row = rowOf(button);
  const menu = gridOf(button).querySelector("[data-lines-menu]");
  menu.hidden = false;
  const { right, left, bottom } = button.getBoundingClientRect();
  const isRtl = document.documentElement.dir === "rtl";
  const x = isRtl ? left : right - menu.offsetWidth;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.min(bottom, innerHeight - menu.offsetHeight - 8)}px`;
  button.setAttribute("aria-expanded", "true");
  open = { menu, row, button };
  menu.querySelector("button").focus();
}

const ACTIONS = {
  insert: (row) => {
    const [added] = addRows(gridOf(row), 1, row);
    noteChange(gridOf(row));
    focusFirst(added);
  },
  duplicate: (row) => focusFirst(duplicateRow(row)),
  up: (row) => moveRow(row, -1),
  down: (row) => moveRow(row, 1),
  remove: (row) => removeRow(row),
};

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-lines-more]");
  const item = target.closest?.("[data-lines-do]");
  if (button) show(button);
  else if (item && open) {
    const { row } = open;
    const stays = ["up", "down"].includes(item.dataset.linesDo);
    close(stays);
    ACTIONS[item.dataset.linesDo](row);
  } else close(false);
});

document.addEventListener("keydown", (event) => {
  if (!open) {
    const row = rowOf(event.target);
    if (!row || !(event.key === "ContextMenu" || (event.shiftKey && event.key === "F10"))) return;
    event.preventDefault();
    show(row.querySelector("[data-lines-more]"));
    return;
  }
  const items = [...open.menu.querySelectorAll("button")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const now = items.indexOf(document.activeElement);
    items[(now + step + items.length) % items.length].focus();
  } else if (event.key === "Escape") close();
  else if (event.key === "Tab") close(false);
  if (step || event.key === "Escape") event.preventDefault();
});
addEventListener("scroll", () => close(false), true);
