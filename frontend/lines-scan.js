// Barcodes into lines. A scanner types fast and ends with Enter: each code is taken at once, and
// the next may come while the server still looks for the last. The same code again raises the
// quantity. Where the browser reads barcodes itself, the camera is a scanner too.
import { ask, contentOf, Unreached } from "./form-calls.js";
import { sum, toPlain } from "./figures.js";
import { addRows, fillCell, gridOf, isBlank, noteChange, rowsOf, tell } from "./lines.js";

const LOOK_EVERY = 200;
const SAME_CODE = 1_500;
let queue = Promise.resolve();

const valueIn = (row, name) =>
  row.querySelector(`[name="${CSS.escape(`${row.dataset.row}.${name}`)}"]`)?.value ?? "";

// The line that a code was scanned into before: it refers to the same records.
function lineOf(grid, cells, quantity) {
  const references = Object.entries(cells).filter(([, cell]) => cell.text !== undefined);
  const telling = references.length
    ? references
    : Object.entries(cells).filter(([name]) => name !== quantity);
  return rowsOf(grid).find((row) => telling.every(([name, cell]) => valueIn(row, name) === cell.value));
}

function raise(grid, row, quantity, cells) {
  const signs = grid.closest("form").dataset;
  const step = cells[quantity]?.value || "1";
  const more = sum([valueIn(row, quantity) || "0", step], signs);
  fillCell(row, quantity, { value: toPlain(more, signs.decimal) });
}

function take(grid, { cells, quantity }) {
  const known = lineOf(grid, cells, quantity);
  const row = known ?? rowsOf(grid).find(isBlank) ?? addRows(grid)[0];
  if (known) raise(grid, row, quantity, cells);
  else {
    for (const [name, cell] of Object.entries(cells)) fillCell(row, name, cell);
    if (!valueIn(row, quantity)) fillCell(row, quantity, { value: "1" });
  }
  noteChange(grid);
  row.classList.remove("lines-flash");
  requestAnimationFrame(() => row.classList.add("lines-flash"));
  row.scrollIntoView({ block: "nearest" });
  const name = Object.values(cells).find((cell) => cell.text)?.text ?? "";
  tell(grid, `${name} × ${valueIn(row, quantity)}`);
}

async function look(grid, code) {
  const form = grid.closest("form");
  const csrf = contentOf(form).get("csrf_token");
  const asked = new URLSearchParams({ csrf_token: csrf, grid: grid.dataset.lines, code });
  try {
    take(grid, await ask(form, "/scan", asked));
    grid.querySelector("[data-lines-scan]")?.classList.remove("is-invalid");
  } catch (error) {
    grid.querySelector("[data-lines-scan]")?.classList.add("is-invalid");
    tell(grid, error instanceof Unreached ? grid.dataset.unreached : error.message);
  }
}

function scanned(grid, code) {
  if (code) queue = queue.then(() => look(grid, code));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-lines-scan]")) return;
  event.preventDefault();
  const code = event.target.value.trim();
  event.target.value = "";
  scanned(gridOf(event.target), code);
});

async function watch(grid) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const detector = new BarcodeDetector();
  const dialog = grid.querySelector("[data-lines-camera-view]");
  const video = dialog.querySelector("video");
  video.srcObject = stream;
  await video.play();
  dialog.showModal();
  const seen = new Map();
  const timer = setInterval(async () => {
    for (const { rawValue } of await detector.detect(video).catch(() => [])) {
      if (Date.now() - (seen.get(rawValue) ?? 0) > SAME_CODE) scanned(grid, rawValue);
      seen.set(rawValue, Date.now());
    }
  }, LOOK_EVERY);
  dialog.addEventListener(
    "close",
    () => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
    },
    { once: true },
  );
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-lines-camera]");
  if (button) watch(gridOf(button)).catch(() => tell(gridOf(button), button.dataset.refused));
  else if (target.closest?.("[data-lines-camera-close]")) target.closest("dialog").close();
});

// Offered only where it works.
export function offerCamera(root) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  for (const button of root.querySelectorAll("[data-lines-camera]")) button.hidden = false;
}
